-- The whole zone's headline figures of the newest month.
select
    report_month,
    indicator_code,
    indicator_name,
    value,
    unit,
    target_value,
    completion_pct_rounded,
    is_complete
from mart.headline_indicators
where
    department = $whole_zone
    and report_month = (select max(report_month) from mart.headline_indicators)
order by indicator_code;
