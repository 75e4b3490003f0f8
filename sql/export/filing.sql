-- Who owed what for a month and what came of it, with the file that counts, or the last that came:
-- departments and returns in their order.
with files as (
    select
        department, return_name,
        arg_max(file, (coalesce(is_current, false), received_at, submission_id)) as file
    from mart.submissions
    where report_month = $month
    group by department, return_name
)

select
    status.department, status.return_name, returns.label as title, returns.ordinal,
    status.state, status.due_on, files.file
from mart.return_status as status
left join mart.dim_department as departments using (department)
left join mart.dim_return as returns using (return_name)
left join files using (department, return_name)
where status.report_month = $month
order by departments.ordinal, status.department, returns.ordinal, status.return_name;
