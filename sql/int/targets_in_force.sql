-- question: which annual target is in force in a month?
-- grain: month × department (全区 among them) × indicator with a target row of that year.
-- formula: the newest row issued up to the end of the month, in force from the month of its date
--   of issue; months before the first row use the first. Amounts in 亿元. A target in the wrong
--   kind of unit (a count for an amount), or of 10^7 亿元 and more (more than any country makes:
--   typed in another unit), is none and has a note.
-- authority: the handbook, from file to figure, targets; reading 1: talks are rated by count
--   unless the zone rates them by amount.
create or replace view int.targets_in_force as
with calendar as (
    select report_month, year
    from int.calendar
),

indicators as (
    select indicator_code, unit
    from core.indicators
    where has_target
),

zone as (
    select talk_rate_by
    from core.zone
),

issued as (
    select year, department, indicator_code, target, unit, issued_on, submission_id, excel_row
    from accepted.annual_targets
),

-- The unit that a target of the indicator is stated in, and the row's target in it.
measured as (
    select
        issued.year,
        issued.department,
        issued.indicator_code,
        date_trunc('month', issued.issued_on)::date as in_force_from,
        case
            when indicators.indicator_code = 'ZS04' and zone.talk_rate_by = 'amount' then '亿元'
            else indicators.unit
        end as target_unit,
        case
            when issued.unit = target_unit then issued.target::decimal(28, 8)
            when target_unit = '亿元' and issued.unit = '万元'
                then (issued.target * 0.0001::decimal(5, 4))::decimal(28, 8)
        end as stated_value,
        row_number() over (
            partition by issued.year, issued.department, issued.indicator_code
            order by issued.issued_on, issued.submission_id, issued.excel_row
        ) as issue_no
    from issued
    inner join indicators using (indicator_code)
    cross join zone
)

select
    calendar.report_month,
    measured.department,
    measured.indicator_code,
    case when measured.stated_value < 10000000 then measured.stated_value end as target_value,
    case
        when measured.stated_value is null then '目标任务的计量单位应为' || measured.target_unit
        when measured.stated_value >= 10000000 then '目标任务过大，疑为计量单位错误'
    end as note
from calendar
inner join measured using (year)
where measured.in_force_from <= calendar.report_month or measured.issue_no = 1
qualify
    row_number() over (
        partition by calendar.report_month, measured.department, measured.indicator_code
        order by measured.issue_no desc
    ) = 1;

comment on view int.targets_in_force is '各月有效的年度目标，按月份、单位、指标';
