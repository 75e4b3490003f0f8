-- The versions of one return, department and month, each beside every earlier one, that are not
-- compared yet. What a file says does not change, so once is enough.
create or replace temp table uncompared as
select
    later.submission_id,
    earlier.submission_id as earlier_id,
    later.return_name
from core.submissions as later
inner join core.submissions as earlier
    on
        later.return_name = earlier.return_name
        and later.department = earlier.department
        and later.report_month = earlier.report_month
        and later.arrival_no > earlier.arrival_no
inner join core.returns as returns on later.return_name = returns.return_name
anti join core.overlaps as known
    on later.submission_id = known.submission_id and earlier.submission_id = known.earlier_id
where later.is_sound and earlier.is_sound and not returns.adds_up;
