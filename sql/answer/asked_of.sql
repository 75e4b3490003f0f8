-- The submissions of a month of which something is to be done, by whose return they are.
select distinct
    department,
    return_name,
    split_part(submission_id, '-', 1)::bigint as receipt_no
from detail.to_do
where report_month = $month
order by department, return_name, receipt_no;
