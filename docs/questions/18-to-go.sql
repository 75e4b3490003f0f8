-- 离全年目标还差多少，余下每月要完成多少？
select
    indicator_code,
    greatest(target_value - value, 0) as to_go,
    round(greatest(target_value - value, 0) / (12 - month(report_month)), 2)::decimal(20, 2)
        as to_go_a_month
from mart.zone_indicators
where report_month = '2021-05-01' and target_value > 0
order by indicator_code;
