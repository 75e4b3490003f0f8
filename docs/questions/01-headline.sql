-- 5月底，全区各项主要指标完成多少，完成率多少，过半没有？
select
    indicator_name, value_rounded, unit, target_value_rounded, completion_pct_rounded,
    is_past_half
from mart.zone_indicators
where report_month = '2021-05-01'
order by indicator_code;
