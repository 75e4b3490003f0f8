-- Of each department the months of which a return counts, by the working database or a release.
select
    department,
    list(distinct strftime(report_month, '%Y-%m') order by strftime(report_month, '%Y-%m')) as months
from {submissions}
where is_current and status not in ('rejected', 'withdrawn') and department is not null and report_month is not null
group by department
order by department
