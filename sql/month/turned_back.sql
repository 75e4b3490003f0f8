-- The returns of a month of which something was turned back: when it last came, and what is open of it.
with found as (
    select
        department,
        return_name,
        count(*) filter (where severity = 'error') as open_errors,
        count(*) filter (where severity = 'warning') as open_warnings
    from mart.findings
    where report_month = $month and is_open and submission_id is not null
    group by department, return_name
),

turned_back as (
    select department, return_name, max(received_at) as received_at
    from mart.submissions
    where report_month = $month and status = 'rejected' and return_name is not null
    group by department, return_name
)

select
    turned_back.department,
    turned_back.return_name,
    turned_back.received_at,
    coalesce(found.open_errors, 0) as open_errors,
    coalesce(found.open_warnings, 0) as open_warnings
from turned_back
left join found using (department, return_name);
