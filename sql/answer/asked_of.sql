-- The submissions of a month of which something is open, by whose return they are.
select distinct
    department,
    return_name,
    split_part(submission_id, '-', 1)::bigint as receipt_no
from mart.findings
where report_month = $month and is_open and submission_id is not null
order by department, return_name, receipt_no;
