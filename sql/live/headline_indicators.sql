-- question: how far is the zone, and each department, with the five headline tasks of the year?
-- grain: month × scope (全区, and each department with a target row of that year) × indicator.
-- key: report_month, department, indicator_code.
-- formula: rate = value ÷ target × 100, cut off after ten places; its printed form and
--   "past the half" (2 × value >= target) come from the exact numbers, not from the cut rate; gap
--   = rate − time progress in points; rank = 1 + the departments with a higher rate, compared by
--   cross multiplication, so ties share a place (1, 2, 2, 4). A target of 0 or none: no rate. What
--   is held against the target is the figure itself, or another that the zone reads it by.
-- authority: the handbook, indicators ZS01 to ZS05, rounding (half up), past the half (inclusive,
--   on the unrounded rate), progress against time, rank; readings 1, 2 and 4.
create or replace view live.headline_indicators as
with figures as materialized (
    select report_month, department, is_zone, indicator_code, value, note
    from int.headline_values
),

rated as (
    select
        figures.report_month,
        figures.department,
        figures.is_zone,
        figures.indicator_code,
        indicators.indicator_name,
        figures.value,
        indicators.unit,
        figures.note as value_note,
        targets.target_value,
        targets.submission_id as target_submission_id,
        case
            when not indicators.has_target or targets.target_value > 0 then null
            else coalesce(targets.note, '无目标任务')
        end as target_note,
        case when targets.target_value > 0 then measured.value end as rated_value,
        nullif(targets.target_value, 0)::decimal(38, 12) as divisor
    from figures
    inner join int.indicators as indicators
        on
            year(figures.report_month) = indicators.year
            and figures.indicator_code = indicators.indicator_code
    inner join figures as measured
        on
            figures.report_month = measured.report_month
            and figures.department = measured.department
            and indicators.rated_code = measured.indicator_code
    left join int.targets_in_force as targets
        on
            figures.report_month = targets.report_month
            and figures.department = targets.department
            and figures.indicator_code = targets.indicator_code
),

-- Whole numbers (of 10^-12 and 10^-8 亿元 or pieces), so that rates can be compared by
-- multiplication.
scaled as (
    select
        report_month,
        department,
        indicator_code,
        (rated_value * 1000000000000)::hugeint as part,
        (divisor * 100000000)::hugeint as whole
    from rated
    where not is_zone and rated_value is not null
),

ranked as (
    select
        mine.report_month,
        mine.department,
        mine.indicator_code,
        1 + count(*) filter (where other.part * mine.whole > mine.part * other.whole) as rank
    from scaled as mine
    inner join scaled as other using (report_month, indicator_code)
    group by mine.report_month, mine.department, mine.indicator_code
)

select
    rated.report_month, -- 月份，当月第一天；数值截至月末
    rated.department, -- 单位，全区合计为“全区”
    rated.indicator_code, -- 指标代码，见数据字典
    rated.indicator_name, -- 指标名称
    rated.value, -- 数值，未四舍五入；应报未报的为空，报了而没有可计的为0
    rated.unit, -- 数值的单位：亿元、个
    rated.target_value, -- 当月有效的全年目标，单位同数值；按金额考核在谈项目时ZS04的目标为亿元
    stg.ratio_pct(rated.rated_value, rated.divisor) as completion_pct, -- 完成率（%）：数值÷目标，截到十位小数；无目标任务的为空
    stg.rounded_pct(rated.rated_value, rated.divisor) as completion_pct_rounded, -- 完成率（%），四舍五入为整数，由精确的比计算
    2 * rated.rated_value >= rated.divisor as is_past_half, -- 是否过半：未四舍五入的完成率达到50%（含）
    calendar.time_progress_pct, -- 序时进度（%）：月份÷12，或按天
    stg.ratio_pct(rated.rated_value, rated.divisor) - calendar.time_progress_pct as progress_gap_pp, -- 序时差（百分点）：完成率减序时进度，负数为欠进度
    ranked.rank, -- 名次：按未四舍五入的完成率在有该项目标的单位中由高到低，并列同名次；全区、ZS03a、ZS04a为空
    completeness.is_complete, -- 是否完整：本年至当月应报的报表都已收到，没有被扣留的行
    nullif(concat_ws('；', rated.value_note, rated.target_note, completeness.note), '') as note, -- 说明：数值或完成率为空的原因，缺报的报表
    rated.target_submission_id -- 目标出自哪份报送，见mart.submissions
from rated
inner join int.calendar as calendar using (report_month)
inner join int.completeness as completeness using (report_month, department)
left join ranked using (report_month, department, indicator_code);

comment on view live.headline_indicators is '五项主要指标：数值、目标、完成率、过半与否、序时进度、排名，按月份、范围（全区和有目标任务的单位）、指标';
