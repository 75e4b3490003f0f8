-- Every file that is replied to, with what its first submission is: those for some months, and those
-- that don't say for which one.
select receipt_no, file, report_month, department
from core.submissions
where receipt_no in (
    select submissions.receipt_no
    from core.findings as findings
    inner join core.submissions as submissions using (submission_id)
    where findings.severity in ('error', 'warning')
)
qualify
    row_number() over (partition by receipt_no order by draft_no) = 1
    and (report_month is null or list_contains($months, report_month))
order by receipt_no;
