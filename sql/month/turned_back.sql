-- The returns of a month of which something was turned back: when it last came, and what is to be done
-- about it.
with found as (
    select
        department,
        return_name,
        sum(open_errors)::bigint as open_errors,
        sum(open_warnings)::bigint as open_warnings,
        sum(to_correct)::bigint as to_correct,
        sum(to_explain)::bigint as to_explain,
        sum(to_decide)::bigint as to_decide
    from detail.to_do
    where report_month = $month
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
    coalesce(found.open_warnings, 0) as open_warnings,
    coalesce(found.to_correct, 0) as to_correct,
    coalesce(found.to_explain, 0) as to_explain,
    coalesce(found.to_decide, 0) as to_decide
from turned_back
left join found using (department, return_name);
