-- The submissions of months (null: all) as their receipts tell them, with how many findings each
-- has of each severity; those whose month nobody knows are among them.
select
    submissions.report_month, submissions.department, submissions.submission_id,
    submissions.return_name,
    stg.masked_phones(submissions.file) as file,
    submissions.received_at, submissions.version, submissions.status,
    coalesce(submissions.is_current or submissions.is_added, false) as is_current,
    submissions.rows_found, submissions.rows_accepted, submissions.rows_held,
    count(*) filter (where findings.severity = 'error') as errors,
    count(*) filter (where findings.severity = 'warning') as warnings,
    count(*) filter (where findings.severity = 'info') as infos
from core.submissions as submissions
left join core.findings as findings using (submission_id)
where $months is null or submissions.report_month is null or list_contains($months, submissions.report_month)
group by all
order by submissions.submission_id;
