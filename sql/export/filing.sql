-- Who owed what for a month and what came of it: departments and returns in their order.
select
    status.department, status.return_name, returns.label as title, returns.ordinal,
    status.state, status.due_on
from mart.return_status as status
left join mart.dim_department as departments using (department)
left join mart.dim_return as returns using (return_name)
where status.report_month = $month
order by departments.ordinal, status.department, returns.ordinal, status.return_name;
