-- question: how far is the zone, and each department, with the five headline tasks of the year?
-- grain: month × scope (全区, and each department with a target row of that year) × indicator.
-- formula: rate = value ÷ target × 100, cut off after ten places; its printed form and
--   "past the half" (2 × value >= target) come from the exact numbers, not from the cut rate; gap
--   = rate − time progress in points; rank = 1 + the departments with a higher rate, compared by
--   cross multiplication, so ties share a place (1, 2, 2, 4). A target of 0 or none: no rate.
-- authority: the handbook, indicators ZS01 to ZS05, rounding (half up), past the half (inclusive,
--   on the unrounded rate), progress against time, rank; readings 1, 2 and 4.
create or replace view mart.headline_indicators as
with figures as (
    select
        report_month, department, is_zone, indicator_code, indicator_name, unit, has_target, value,
        note
    from int.headline_values
),

targets as (
    select report_month, department, indicator_code, target_value, note
    from int.targets_in_force
),

calendar as (
    select report_month, time_progress_pct
    from int.calendar
),

completeness as (
    select report_month, department, is_complete, note
    from int.completeness
),

zone as (
    select talk_rate_by
    from core.zone
),

-- What is held against the target: the figure itself, or the talks' total investment.
measured as (
    select
        figures.report_month,
        figures.department,
        figures.is_zone,
        figures.indicator_code,
        figures.indicator_name,
        figures.unit,
        figures.has_target,
        figures.value,
        figures.note,
        case
            when figures.indicator_code = 'ZS04' and zone.talk_rate_by = 'amount' then amounts.value
            else figures.value
        end as rated_value
    from figures
    cross join zone
    left join figures as amounts
        on
            figures.report_month = amounts.report_month
            and figures.department = amounts.department
            and figures.indicator_code = 'ZS04'
            and amounts.indicator_code = 'ZS04a'
),

rated as (
    select
        measured.report_month,
        measured.department,
        measured.is_zone,
        measured.indicator_code,
        measured.indicator_name,
        measured.unit,
        measured.value,
        measured.note as value_note,
        targets.target_value,
        case
            when not measured.has_target then null
            when targets.target_value > 0 then null
            else coalesce(targets.note, '无目标任务')
        end as target_note,
        case when targets.target_value > 0 then measured.rated_value end as rated_value,
        nullif(targets.target_value, 0)::decimal(38, 12) as divisor
    from measured
    left join targets using (report_month, department, indicator_code)
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
    rated.report_month,
    rated.department,
    rated.indicator_code,
    rated.indicator_name,
    rated.value,
    rated.unit,
    rated.target_value,
    stg.ratio_pct(rated.rated_value, rated.divisor) as completion_pct,
    stg.rounded_pct(rated.rated_value, rated.divisor) as completion_pct_rounded,
    2 * rated.rated_value >= rated.divisor as is_past_half,
    calendar.time_progress_pct,
    stg.ratio_pct(rated.rated_value, rated.divisor) - calendar.time_progress_pct as progress_gap_pp,
    ranked.rank,
    completeness.is_complete,
    nullif(concat_ws('；', rated.value_note, rated.target_note, completeness.note), '') as note
from rated
inner join calendar using (report_month)
inner join completeness using (report_month, department)
left join ranked using (report_month, department, indicator_code);

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
