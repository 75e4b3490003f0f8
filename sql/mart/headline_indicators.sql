-- question: how far is the zone, and each department, with the five headline tasks of the year?
-- grain: month × scope (全区, and each department with a target row of that year) × indicator.
-- key: report_month, department, indicator_code.
-- formula: as recorded when it was last published (live.headline_indicators); a locked month stays
--   as it was when it was locked.
-- authority: the handbook, what a zone wants beyond: lock.
create or replace view mart.headline_indicators as
select
    report_month,
    department,
    indicator_code,
    indicator_name,
    value,
    unit,
    target_value,
    completion_pct,
    completion_pct_rounded,
    is_past_half,
    time_progress_pct,
    progress_gap_pp,
    rank,
    is_complete,
    note
from record.headline_indicators
where until_no is null;

comment on view mart.headline_indicators is '五项主要指标：数值、目标、完成率、过半与否、时间进度、排名，按月份、范围（全区和有目标任务的单位）、指标';
