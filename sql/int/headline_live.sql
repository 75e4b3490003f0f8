-- question: how far is the zone, and each department, with the five headline tasks of the year?
-- grain: month × scope (全区, and each department with a target row of that year) × indicator.
-- formula: rate = value ÷ target × 100, cut off after ten places; its printed form and
--   "past the half" (2 × value >= target) come from the exact numbers, not from the cut rate; gap
--   = rate − time progress in points; rank = 1 + the departments with a higher rate, compared by
--   cross multiplication, so ties share a place (1, 2, 2, 4). A target of 0 or none: no rate.
-- authority: the handbook, indicators ZS01 to ZS05, rounding (half up), past the half (inclusive,
--   on the unrounded rate), progress against time, rank; readings 1, 2 and 4.
create or replace view int.headline_live as
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

comment on view int.headline_live is '按现在的报送、规则和目标计算的主要指标，不论月份是否已锁定';
