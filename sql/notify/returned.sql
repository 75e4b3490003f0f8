-- The submissions of files received after a receipt that were turned back, in whole or in part, or
-- that have to be explained, with how many errors and unexplained warnings each has.
with counted as (
    select
        submission_id,
        count(*) filter (where severity = 'error') as errors,
        count(*) filter (where severity = 'warning' and explanation is null) as warnings
    from mart.findings
    group by submission_id
)

select
    submissions.submission_id,
    split_part(submissions.submission_id, '-', 1)::bigint as receipt_no,
    submissions.file,
    submissions.return_name,
    submissions.department,
    submissions.report_month,
    submissions.status,
    coalesce(counted.errors, 0) as errors,
    coalesce(counted.warnings, 0) as warnings
from mart.submissions as submissions
left join counted using (submission_id)
where
    receipt_no > $after
    and (
        submissions.status in ('rejected', 'partly_accepted')
        or (submissions.status = 'accepted_with_warnings' and counted.warnings > 0)
    )
order by
    array_position(['rejected', 'partly_accepted', 'accepted_with_warnings'], submissions.status),
    receipt_no, length(submissions.submission_id), submissions.submission_id;
