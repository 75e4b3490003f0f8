-- The submissions of months (null: all) as their receipts tell them, with how many findings each
-- has of each severity, explained warnings by themselves, and how many of them are open; those whose
-- month nobody knows are among them.
select
    submissions.report_month, submissions.department, submissions.submission_id,
    submissions.return_name,
    stg.masked_phones(submissions.file) as file,
    submissions.received_at, submissions.version, submissions.status,
    coalesce(submissions.is_current or submissions.is_added, false) as is_current,
    submissions.rows_found, submissions.rows_accepted, submissions.rows_held,
    count(*) filter (where findings.severity = 'error') as errors,
    count(*) filter (where findings.severity = 'warning' and findings.explanation is null) as warnings,
    count(*) filter (where findings.severity = 'info') as infos,
    count(*) filter (where findings.severity = 'warning' and findings.explanation is not null)
        as explained,
    count(*) filter (where findings.severity = 'error' and findings.is_open) as to_correct,
    count(*) filter (where findings.severity = 'warning' and findings.is_open) as to_explain
from core.submissions as submissions
left join int.judged_findings as findings using (submission_id)
where $months is null or submissions.report_month is null or list_contains($months, submissions.report_month)
group by all
order by submissions.submission_id;
