-- The newest month with figures; null where there are none.
select max(report_month) as report_month
from mart.zone_indicators;
