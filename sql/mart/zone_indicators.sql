-- question: how far is the whole zone with the headline tasks of the year, and what came this month?
-- grain: month × indicator.
-- key: report_month, indicator_code.
-- formula: the zone's rows of mart.headline_indicators, with the month's own part beside the year to
--   date. No department's row is among them, so nothing is counted twice.
-- authority: the public surface of the published database.
create or replace view mart.zone_indicators as
select
    told.report_month,
    told.indicator_code,
    told.indicator_name,
    told.value,
    told.value_rounded,
    months.month_value,
    months.month_value_rounded,
    months.month_note,
    told.unit,
    told.target_value,
    told.target_value_rounded,
    told.completion_pct,
    told.completion_pct_rounded,
    told.is_past_half,
    told.time_progress_pct,
    told.progress_gap_pp,
    told.is_complete,
    told.note
from mart.headline_indicators as told
inner join detail.headline_by_month as months using (report_month, department, indicator_code)
where told.scope = 'zone';

comment on view mart.zone_indicators is '全区的主要指标：本年累计与当月数，按月份、指标';
