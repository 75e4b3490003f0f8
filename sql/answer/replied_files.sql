-- Every file that is replied to, with the month and the department for which its first submission is, or
-- in whose folder it lies: those for some months, and those that don't say for which one.
select
    receipt_no,
    file,
    coalesce(report_month, folder_month) as report_month,
    coalesce(department, folder_department) as department
from core.submissions
where receipt_no in (
    select submissions.receipt_no
    from core.findings as findings
    inner join core.submissions as submissions using (submission_id)
    where findings.severity in ('error', 'warning')
)
qualify
    row_number() over (partition by receipt_no order by draft_no) = 1
    and (submissions.report_month is null or list_contains($months, submissions.report_month))
order by receipt_no;
