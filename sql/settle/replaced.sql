-- The versions that replace one before them, or are added to it as a part (E010).
select
    submissions.submission_id,
    submissions.version,
    submissions.part is not null as is_part,
    submissions.report_month,
    submissions.department,
    submissions.return_name
from core.submissions as submissions
inner join core.returns as returns using (return_name)
where submissions.version > 1 and not returns.adds_up
