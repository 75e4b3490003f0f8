-- The zone's headline figures of the newest month.
select
    report_month, indicator_code, indicator_name, value, unit, completion_pct_rounded,
    time_progress_pct, is_complete
from mart.headline_indicators
where
    department = $whole_zone
    and report_month = (select max(report_month) from mart.headline_indicators);
