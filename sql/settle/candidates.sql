-- The versions of each return, department and month that nothing else turns back, in the order in which
-- they came; only where there are several, or the month is before the first for which anything is owed.
select
    submissions.submission_id,
    submissions.return_name,
    submissions.department,
    submissions.report_month,
    submissions.refresh_no,
    submissions.receipt_no,
    submissions.file,
    submissions.filed_on,
    submissions.is_reply,
    epoch(submissions.modified_at) as modified_at,
    submissions.arrival_no,
    submissions.is_withdrawn,
    submissions.part,
    submissions.named_month,
    submissions.stands_after,
    submissions.stands_no,
    submissions.restored_no is not null as is_restored
from core.submissions as submissions
inner join core.returns as returns using (return_name)
where
    submissions.is_sound
    and not submissions.is_locked_out
    and not submissions.is_overruled
    and not returns.adds_up
    and submissions.department is not null
    and submissions.report_month is not null
qualify
    submissions.report_month < (select min(from_month) from core.owed)
    or count(*) over (
        partition by submissions.return_name, submissions.department, submissions.report_month
    ) > 1
order by
    submissions.return_name, submissions.department, submissions.report_month,
    submissions.stands_no
