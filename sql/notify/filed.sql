-- The returns that have been filed for a month and were not turned back.
select department, return_name
from mart.return_status
where report_month = $month and state not in ('missing', 'rejected');
