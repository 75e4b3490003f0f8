-- question: what is each headline figure of each scope, before any target?
-- grain: month × scope × indicator.
-- formula: the contributions of the counted rows; the zone's figure adds up every department,
--   those without targets too. Null where a department owes the return and has not filed it (for
--   paid-in funds: in none of the year's months so far), for the zone where nobody has; a return
--   filed with nothing that counts is 0.
-- authority: the handbook, returns: silence is missing, not zero; indicators ZS01 to ZS05.
create or replace view int.headline_values as
with scopes as (
    select report_month, department, is_zone
    from int.scopes
),

indicators as (
    select indicator_code, indicator_name, unit, has_target
    from core.indicators
),

sources as (
    select indicator_code, return_name, return_title, adds_months
    from int.indicator_sources
),

candidates as (
    select report_month, indicator_code, department, contribution
    from int.headline_candidates
    where is_counted
),

in_force as (
    select return_name, department, report_month
    from stg.submissions_in_force
),

expected as (
    select return_name, department, report_month
    from int.expected_returns
),

calendar as (
    select report_month, year_starts_on
    from int.calendar
),

-- The months of its return that an indicator of a month is made from.
windows as (
    select
        calendar.report_month,
        sources.indicator_code,
        sources.return_name,
        case when sources.adds_months then calendar.year_starts_on else calendar.report_month end
            as first_month
    from calendar
    cross join sources
),

filed as (
    select distinct windows.report_month, windows.indicator_code, in_force.department
    from windows
    inner join in_force
        on
            windows.return_name = in_force.return_name
            and in_force.report_month between windows.first_month and windows.report_month
),

owed as (
    select distinct windows.report_month, windows.indicator_code, expected.department
    from windows
    inner join expected
        on
            windows.return_name = expected.return_name
            and expected.report_month between windows.first_month and windows.report_month
),

-- '全区' beside the departments: every department's row counts for both.
sums as (
    select
        report_month,
        indicator_code,
        coalesce(department, '全区') as department,
        sum(contribution) as value
    from candidates
    group by
        grouping sets (
            (report_month, indicator_code, department), (report_month, indicator_code)
        )
),

known as (
    select
        scopes.report_month,
        scopes.department,
        scopes.is_zone,
        indicators.indicator_code,
        indicators.indicator_name,
        indicators.unit,
        indicators.has_target,
        sources.return_title,
        sources.adds_months,
        case
            when scopes.is_zone
                then exists (
                    select 1
                    from filed
                    where
                        filed.report_month = scopes.report_month
                        and filed.indicator_code = indicators.indicator_code
                )
            else
                own_filed.department is not null or own_owed.department is null
        end as is_known
    from scopes
    cross join indicators
    inner join sources using (indicator_code)
    left join filed as own_filed
        on
            scopes.report_month = own_filed.report_month
            and scopes.department = own_filed.department
            and indicators.indicator_code = own_filed.indicator_code
    left join owed as own_owed
        on
            scopes.report_month = own_owed.report_month
            and scopes.department = own_owed.department
            and indicators.indicator_code = own_owed.indicator_code
)

select
    known.report_month,
    known.department,
    known.is_zone,
    known.indicator_code,
    known.indicator_name,
    known.unit,
    known.has_target,
    case when known.is_known then coalesce(sums.value, 0)::decimal(38, 12) end as value,
    case
        when not known.is_known
            then
                '未报' || known.return_title || '（'
                || case when known.adds_months then '本年至' else '' end
                || strftime(known.report_month, '%Y-%m') || '），无数可计'
    end as note
from known
left join sums using (report_month, department, indicator_code);

comment on view int.headline_values is '主要指标的数值，按月份、范围、指标；未报的为空';
