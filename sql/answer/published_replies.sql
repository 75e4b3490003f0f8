-- Every file that is replied to, with what its first submission is: those for some months, and those
-- that don't say for which one. As sql/answer/replied_files.sql asks the working database.
select
    split_part(submission_id, '-', 1)::bigint as receipt_no,
    file,
    report_month,
    department
from mart.submissions
where split_part(submission_id, '-', 1) in (
    select split_part(submission_id, '-', 1)
    from mart.findings
    where severity in ('error', 'warning') and submission_id is not null
)
qualify
    row_number() over (
        partition by split_part(submission_id, '-', 1)
        order by split_part(submission_id, '-', 2)::integer
    ) = 1
    and (report_month is null or list_contains($months, report_month))
order by receipt_no;
