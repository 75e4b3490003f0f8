-- Who leads in each figure of a month; several where they tie.
select
    figures.indicator_code,
    list(figures.department order by departments.ordinal, figures.department) as leaders
from mart.department_indicators as figures
left join mart.dim_department as departments using (department)
where figures.report_month = $month and figures.rank = 1
group by figures.indicator_code;
