-- question: what has been done for it: journeys, visitors, meetings, problems solved, services?
-- grain: month × figure, the year to date, for the whole zone.
-- key: report_month, indicator_code.
-- formula: as recorded when it was last published (live.secondary_indicators); a locked month stays
--   as it was when it was locked.
-- authority: the handbook, secondary figures; what a zone wants beyond: lock.
create or replace view mart.secondary_indicators as
select
    told.report_month,
    told.indicator_code,
    told.indicator_name,
    told.value,
    stg.readable(told.value, units.places) as value_rounded, -- 数值，供阅读：万公里、天、%四舍五入到一位小数，其余到整数
    told.unit,
    told.note
from record.secondary_indicators as told
left join core.units as units using (unit)
where told.until_no is null;

comment on view mart.secondary_indicators is '次要指标：外出招商、接待、会议、营商环境与服务，全区本年累计，按月份、指标';
