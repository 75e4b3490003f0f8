-- The returns owed for a month of which no version is accepted, in the order of zone.toml.
select
    owed.department,
    owed.return_name,
    owed.state,
    owed.due_on
from mart.return_status as owed
left join mart.dim_department as departments using (department)
left join mart.dim_return as returns using (return_name)
where owed.report_month = $month and owed.state in ('missing', 'rejected')
order by departments.ordinal, owed.department, returns.ordinal;
