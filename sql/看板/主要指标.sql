-- question: how far is the whole zone with the headline tasks, in words of the zone?
-- grain: month × indicator.
-- key: 月份, 指标代码.
-- formula: mart.zone_indicators under Chinese names, figures as they are read and exact.
-- authority: the public surface of the published database.
create or replace view 看板.主要指标 as
select
    told.report_month as 月份, -- 月份，当月第一天；数值截至月末
    told.indicator_code as 指标代码, -- 指标代码
    dim.ordinal as 次序, -- 指标的次序
    told.indicator_name as 指标, -- 指标名称
    told.value_rounded as 数值, -- 本年累计（在谈项目为月末存量）：亿元到两位小数，个到整数
    told.month_value_rounded as 当月数, -- 当月数；在谈项目为存量，没有当月数
    told.unit as 单位, -- 数值的单位：亿元、个
    told.target_value_rounded as 全年目标, -- 当月有效的全年目标；没有的为空
    told.completion_pct_rounded as 完成率, -- 完成率（%），四舍五入为整数
    case told.is_past_half when true then '是' when false then '否' end as 是否过半, -- 按未四舍五入的完成率；无目标任务的为空
    round(told.time_progress_pct, 2) as 序时进度, -- 序时进度（%）
    round(told.progress_gap_pp, 2) as 序时差, -- 完成率减序时进度（百分点），负数为欠进度
    case when told.is_complete then '是' else '否' end as 是否完整, -- 应报的报表是否都已收到，没有被扣留的行
    told.note as 说明, -- 数值或完成率为空的原因，缺报的报表
    told.value as 精确数值 -- 数值，未四舍五入
from mart.zone_indicators as told
inner join mart.dim_indicator as dim using (indicator_code);

comment on view 看板.主要指标 is '全区主要指标，按月份、指标';
