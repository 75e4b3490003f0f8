-- question: what did every headline figure say, from when until when?
-- grain: month × scope × indicator × span of publications in which the row stood unchanged.
-- formula: as published; `until_at` is the publication that changed or dropped it, null while it stands.
-- authority: the handbook, what a zone wants beyond: reproducible bulletins.
create or replace view detail.headline_history as
with past as (
    select
        report_month, department, indicator_code, indicator_name, value, unit, target_value,
        completion_pct, completion_pct_rounded, is_past_half, time_progress_pct, progress_gap_pp,
        rank, is_complete, note, since_no, until_no
    from history.headline_indicators
),

refreshes as (
    select publication_no, published_at
    from core.refreshes
)

select
    past.report_month,
    past.department,
    past.indicator_code,
    past.indicator_name,
    past.value,
    past.unit,
    past.target_value,
    past.completion_pct,
    past.completion_pct_rounded,
    past.is_past_half,
    past.time_progress_pct,
    past.progress_gap_pp,
    past.rank,
    past.is_complete,
    past.note,
    since.published_at as since_at,
    until.published_at as until_at
from past
inner join refreshes as since on past.since_no = since.publication_no
left join refreshes as until on past.until_no = until.publication_no;

comment on view detail.headline_history is '主要指标的历次发布：每个数从何时起、到何时止';
comment on column detail.headline_history.report_month is '月份，当月第一天；数值截至月末';
comment on column detail.headline_history.department is '单位，全区合计为“全区”';
comment on column detail.headline_history.indicator_code is '指标代码：ZS01合同投资额、ZS02实到投资额、ZS03新引进亿元以上项目、ZS03a其中已开工、ZS04亿元以上在谈项目、ZS04a在谈总投资、ZS05重大工业项目';
comment on column detail.headline_history.indicator_name is '指标名称';
comment on column detail.headline_history.value is '数值，未四舍五入；应报未报的为空，报了而没有可计的为0';
comment on column detail.headline_history.unit is '数值的单位：亿元、个';
comment on column detail.headline_history.target_value is '当月有效的全年目标，单位同数值；按金额考核在谈项目时ZS04的目标为亿元';
comment on column detail.headline_history.completion_pct is '完成率（%）：数值÷目标，截到十位小数；无目标任务的为空';
comment on column detail.headline_history.completion_pct_rounded is '完成率（%），四舍五入为整数，由精确的比计算';
comment on column detail.headline_history.is_past_half is '是否过半：未四舍五入的完成率达到50%（含）';
comment on column detail.headline_history.time_progress_pct is '时间进度（%）：月份÷12，或按天';
comment on column detail.headline_history.progress_gap_pp is '与时间进度之差（百分点）：完成率减时间进度，负数为欠进度';
comment on column detail.headline_history.rank is '名次：按未四舍五入的完成率在有该项目标的单位中由高到低，并列同名次；全区、ZS03a、ZS04a为空';
comment on column detail.headline_history.is_complete is '是否完整：本年至当月应报的报表都已收到，没有被扣留的行';
comment on column detail.headline_history.note is '说明：数值或完成率为空的原因，缺报的报表';
comment on column detail.headline_history.since_at is '从哪次发布起是这个数';
comment on column detail.headline_history.until_at is '到哪次发布为止；现在仍是的为空';
