-- The measures that are not done and due by a day, as each department last told of them in the year up
-- to a month; the first due first, no more than are listed. Persons are not named.
with newest as (
    select measure_no, task, lead_dept, due_on, status
    from mart.env_measures
    where report_month between date_trunc('year', $month)::date and $month
    qualify
        report_month = max(report_month) over (partition by department)
)

select
    measure_no, task, lead_dept, due_on, status,
    due_on < $today as is_overdue,
    count(*) over () as of_all,
    count(*) filter (where due_on < $today) over () as overdue_of_all
from newest
where due_on <= $until and status in ('未启动', '推进中')
order by due_on, measure_no
limit $most;
