-- The submissions of files received after a receipt that were turned back, in whole or in part, or
-- that have to be explained, with how many errors and warnings each has.
select
    submissions.submission_id,
    split_part(submissions.submission_id, '-', 1)::bigint as receipt_no,
    submissions.file,
    submissions.return_name,
    submissions.department,
    submissions.report_month,
    submissions.status,
    count(*) filter (where findings.severity = 'error') as errors,
    count(*) filter (where findings.severity = 'warning') as warnings
from mart.submissions as submissions
left join mart.findings as findings using (submission_id)
where
    split_part(submissions.submission_id, '-', 1)::bigint > $after
    and submissions.status in ('rejected', 'partly_accepted', 'accepted_with_warnings')
group by all
order by
    array_position(['rejected', 'partly_accepted', 'accepted_with_warnings'], submissions.status),
    receipt_no, length(submissions.submission_id), submissions.submission_id;
