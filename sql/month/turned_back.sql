-- The returns of a month of which something was turned back, and when it last came.
select department, return_name, max(received_at) as received_at
from mart.submissions
where report_month = $month and status = 'rejected' and return_name is not null
group by department, return_name;
