-- question: how far is the zone, and each department, with the five headline tasks of the year?
-- grain: month × scope (全区, and each department with a target row of that year) × indicator.
-- formula: as computed now (int.headline_live); of a locked month, as published when it was locked:
--   later files, rules, definitions and targets do not move it.
-- authority: the handbook, what a zone wants beyond: lock.
create or replace view mart.headline_indicators as
with locked as (
    select report_month, publication_no
    from core.locks
),

live as (
    select
        report_month, department, indicator_code, indicator_name, value, unit, target_value,
        completion_pct, completion_pct_rounded, is_past_half, time_progress_pct,
        progress_gap_pp, rank, is_complete, note
    from int.headline_live
    anti join locked using (report_month)
),

frozen as (
    select
        past.report_month, past.department, past.indicator_code, past.indicator_name,
        past.value, past.unit, past.target_value, past.completion_pct,
        past.completion_pct_rounded, past.is_past_half, past.time_progress_pct,
        past.progress_gap_pp, past.rank, past.is_complete, past.note
    from history.headline_indicators as past
    inner join locked using (report_month)
    where
        past.since_no <= locked.publication_no
        and (past.until_no is null or past.until_no > locked.publication_no)
)

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
from live
union all
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
from frozen;

comment on view mart.headline_indicators is '五项主要指标：数值、目标、完成率、过半与否、时间进度、排名，按月份、范围（全区和有目标任务的单位）、指标';
comment on column mart.headline_indicators.report_month is '月份，当月第一天；数值截至月末';
comment on column mart.headline_indicators.department is '单位，全区合计为“全区”';
comment on column mart.headline_indicators.indicator_code is '指标代码：ZS01合同投资额、ZS02实到投资额、ZS03新引进亿元以上项目、ZS03a其中已开工、ZS04亿元以上在谈项目、ZS04a在谈总投资、ZS05重大工业项目';
comment on column mart.headline_indicators.indicator_name is '指标名称';
comment on column mart.headline_indicators.value is '数值，未四舍五入；应报未报的为空，报了而没有可计的为0';
comment on column mart.headline_indicators.unit is '数值的单位：亿元、个';
comment on column mart.headline_indicators.target_value is '当月有效的全年目标，单位同数值；按金额考核在谈项目时ZS04的目标为亿元';
comment on column mart.headline_indicators.completion_pct is '完成率（%）：数值÷目标，截到十位小数；无目标任务的为空';
comment on column mart.headline_indicators.completion_pct_rounded is '完成率（%），四舍五入为整数，由精确的比计算';
comment on column mart.headline_indicators.is_past_half is '是否过半：未四舍五入的完成率达到50%（含）';
comment on column mart.headline_indicators.time_progress_pct is '时间进度（%）：月份÷12，或按天';
comment on column mart.headline_indicators.progress_gap_pp is '与时间进度之差（百分点）：完成率减时间进度，负数为欠进度';
comment on column mart.headline_indicators.rank is '名次：按未四舍五入的完成率在有该项目标的单位中由高到低，并列同名次；全区、ZS03a、ZS04a为空';
comment on column mart.headline_indicators.is_complete is '是否完整：本年至当月应报的报表都已收到，没有被扣留的行';
comment on column mart.headline_indicators.note is '说明：数值或完成率为空的原因，缺报的报表';
