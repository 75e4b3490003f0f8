-- Every submission as its receipt tells it, with how many findings it has of each severity.
select
    submissions.report_month, submissions.department, submissions.submission_id,
    submissions.return_name,
    stg.masked_phones(submissions.file) as file,
    submissions.received_at, submissions.version, submissions.status,
    coalesce(submissions.is_current, false) as is_current,
    submissions.rows_found, submissions.rows_accepted, submissions.rows_held,
    count(*) filter (where findings.severity = 'error') as errors,
    count(*) filter (where findings.severity = 'warning') as warnings,
    count(*) filter (where findings.severity = 'info') as infos
from core.submissions as submissions
left join core.findings as findings using (submission_id)
group by all;
