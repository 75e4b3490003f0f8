-- Every file that is replied to, with the month and the department for which its first submission is, or
-- in whose folder it lies: those for some months, and those that don't say for which one. As
-- sql/answer/replied_files.sql asks the working database.
select
    split_part(submission_id, '-', 1)::bigint as receipt_no,
    file,
    coalesce(report_month, folder_month) as report_month,
    coalesce(department, folder_department) as department
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
    and (submissions.report_month is null or list_contains($months, submissions.report_month))
order by receipt_no;
