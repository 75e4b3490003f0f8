-- Of each department the months of which a return is accepted.
select
    department,
    list(distinct strftime(report_month, '%Y-%m') order by strftime(report_month, '%Y-%m')) as months
from core.submissions
where is_accepted and not is_withdrawn and department is not null and report_month is not null
group by department
order by department
