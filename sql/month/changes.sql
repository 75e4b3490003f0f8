-- Every change of a month's published figures, oldest first, with who is behind it: the file, its
-- department and who filled it in, or who withdrew, restored or decided. Of the scopes of these names,
-- all where there are none; `$since` null: from the first on.
select
    changes.*,
    submissions.file,
    submissions.return_name,
    submissions.department as filed_by,
    coalesce(
        (
            select max_by(acts."by", acts.act_no)
            from mart.acts as acts
            where
                acts.acted_at <= changes.changed_at
                and acts.act = changes.cause
                and (changes.cause = 'decision' or acts.submission_id = changes.submission_id)
        ),
        fillers.filler
    ) as person
from mart.figure_changes as changes
left join mart.submissions as submissions using (submission_id)
left join detail.fillers as fillers using (submission_id)
where
    changes.report_month = $month
    and (len($names) = 0 or list_contains($names, changes.department))
    and ($since is null or changes.changed_at >= $since)
order by
    changes.changed_at, changes.indicator_code, changes.figure, changes.department, changes.ordinal;
