-- question: what has been done for it: journeys, visitors, meetings, problems solved, services?
-- grain: month × figure, the year to date, for the whole zone.
-- formula: as computed now (int.secondary_live); of a locked month, as published when it was locked:
--   later files, rules, definitions and targets do not move it.
-- authority: the handbook, what a zone wants beyond: lock.
create or replace view mart.secondary_indicators as
with locked as (
    select report_month, publication_no
    from core.locks
),

live as (
    select
        report_month, indicator_code, indicator_name, value, unit, note
    from int.secondary_live
    anti join locked using (report_month)
),

frozen as (
    select
        past.report_month, past.indicator_code, past.indicator_name, past.value, past.unit,
        past.note
    from history.secondary_indicators as past
    inner join locked using (report_month)
    where
        past.since_no <= locked.publication_no
        and (past.until_no is null or past.until_no > locked.publication_no)
)

select
    report_month,
    indicator_code,
    indicator_name,
    value,
    unit,
    note
from live
union all
select
    report_month,
    indicator_code,
    indicator_name,
    value,
    unit,
    note
from frozen;

comment on view mart.secondary_indicators is '次要指标：外出招商、接待、会议、营商环境与服务，全区本年累计，按月份、指标';
comment on column mart.secondary_indicators.report_month is '月份，当月第一天；本年累计至月末';
comment on column mart.secondary_indicators.indicator_code is '指标代码';
comment on column mart.secondary_indicators.indicator_name is '指标名称';
comment on column mart.secondary_indicators.value is '数值，未四舍五入；本年没有报送该报表的为空';
comment on column mart.secondary_indicators.unit is '单位：次、天、万公里、个、家、人次、件、项、%、人、条';
comment on column mart.secondary_indicators.note is '说明：数值为空的原因';
