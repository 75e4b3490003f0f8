-- What changed in published figures of the year up to a month, the newest first, and by whose file.
select
    changes.changed_at, changes.report_month, changes.scope, changes.department,
    changes.indicator_code, indicators.label as indicator_name, indicators.unit, changes.figure,
    changes.old_value, changes.new_value, changes.cause, changes.settings, changes.submission_id,
    submissions.department as filed_by, submissions.file, returns.label as title
from mart.figure_changes as changes
left join mart.submissions as submissions using (submission_id)
left join mart.dim_indicator as indicators using (indicator_code)
left join mart.dim_return as returns on submissions.return_name = returns.return_name
where changes.report_month between date_trunc('year', $month)::date and $month
order by
    changes.changed_at desc, changes.report_month, indicators.ordinal, changes.department,
    changes.figure, changes.ordinal;
