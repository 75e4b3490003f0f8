-- question: how far is each department with its headline tasks, and what came this month?
-- grain: month × department with a target row of that year × indicator.
-- key: report_month, department, indicator_code.
-- formula: the departments' rows of mart.headline_indicators, with the month's own part beside the
--   year to date. The zone's row is not among them, so they may be added up; what departments without
--   targets contribute is in the zone's figure alone.
-- authority: the public surface of the published database.
create or replace view mart.department_indicators as
select
    told.report_month,
    told.department,
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
    told.rank,
    told.is_complete,
    told.note
from mart.headline_indicators as told
inner join detail.headline_by_month as months using (report_month, department, indicator_code)
where told.scope = 'department';

comment on view mart.department_indicators is '各单位的主要指标：本年累计与当月数，按月份、单位、指标；不含全区';
