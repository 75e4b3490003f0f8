-- 实到投资额每月新增多少，比上月多还是少？
select
    report_month,
    month_value,
    month_value - lag(month_value) over (order by report_month) as more_than_before
from mart.zone_indicators
where indicator_code = 'ZS02'
order by report_month;
