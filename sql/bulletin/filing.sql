-- How departments filed for a month: of each how many returns came in which way; last, of all.
select
    status.department,
    count(*) as owed,
    count(*) filter (where status.state = 'on_time') as on_time,
    count(*) filter (where status.state = 'late') as late,
    count(*) filter (where status.state = 'nil') as nil,
    count(*) filter (where status.state = 'missing') as missing,
    count(*) filter (where status.state = 'rejected') as rejected
from mart.return_status as status
left join mart.dim_department as departments using (department)
where status.report_month = $month
group by grouping sets ((status.department, departments.ordinal), ())
order by status.department is null, departments.ordinal, status.department;
