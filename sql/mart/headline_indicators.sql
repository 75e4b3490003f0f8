-- question: how far is the zone, and each department, with the five headline tasks of the year?
-- grain: month × scope (全区, and each department with a target row of that year) × indicator.
-- key: report_month, department, indicator_code.
-- formula: as recorded when it was last published (live.headline_indicators); a locked month stays
--   as it was when it was locked. The zone's figure is the departments' together: whoever adds up
--   takes one scope (mart.zone_indicators, mart.department_indicators).
-- authority: the handbook, what a zone wants beyond: lock.
create or replace view mart.headline_indicators as
select
    told.report_month,
    stg.scope(told.department) as scope, -- 范围：zone全区、department单位；全区已含各单位，不可与单位相加
    coalesce(names.department, told.department) as department, -- 单位，全区合计为“全区”；更名的用现名
    told.indicator_code,
    told.indicator_name,
    told.value,
    stg.readable(told.value, units.places) as value_rounded, -- 数值，供阅读：亿元四舍五入到两位小数，个到整数
    told.unit,
    told.target_value,
    stg.readable(told.target_value, units.places) as target_value_rounded, -- 目标，供阅读，位数同value_rounded
    told.completion_pct,
    told.completion_pct_rounded,
    told.is_past_half,
    told.time_progress_pct,
    told.progress_gap_pp,
    told.rank,
    told.is_complete,
    told.note
from record.headline_indicators as told
left join core.units as units using (unit)
left join core.department_names as names on told.department = names.name
where told.until_no is null;

comment on view mart.headline_indicators is '五项主要指标：数值、目标、完成率、过半与否、序时进度、排名，按月份、范围（全区和有目标任务的单位）、指标；数值为本年累计（在谈项目为月末存量）';
