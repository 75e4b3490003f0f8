-- question: what is each headline figure of each scope, before any target?
-- grain: month × scope × indicator.
-- formula: the contributions of the counted rows, as they are recorded; the zone's figure adds up every department,
--   those without targets too. Null where a department owes the return and has not filed it (of an
--   indicator that adds months up: in none of the year's months so far), for the zone where nobody
--   has; a return filed with nothing that counts is 0.
-- authority: the handbook, returns: silence is missing, not zero; indicators ZS01 to ZS05.
create or replace view int.headline_values as
with indicators as (
    select indicators.*, returns.title
    from core.indicators as indicators
    inner join core.returns as returns using (return_name)
),

-- The months of its return that an indicator of a month is made from.
windows as (
    select
        calendar.report_month,
        indicators.indicator_code,
        indicators.return_name,
        if(indicators.is_flow, calendar.year_starts_on, calendar.report_month) as first_month
    from int.calendar as calendar
    cross join indicators
),

filed as (
    select windows.report_month, windows.indicator_code, in_force.department
    from windows
    inner join stg.submissions_in_force as in_force
        on
            windows.return_name = in_force.return_name
            and in_force.report_month between windows.first_month and windows.report_month
    group by all
),

owed as (
    select windows.report_month, windows.indicator_code, expected.department
    from windows
    inner join int.expected_returns as expected
        on
            windows.return_name = expected.return_name
            and expected.report_month between windows.first_month and windows.report_month
    group by all
),

-- The zone beside the departments: every department's row counts for both.
sums as (
    select
        report_month,
        indicator_code,
        if(grouping(department) = 1, '全区', department) as department,
        sum(contribution) as value
    from record.headline_candidates
    where until_no is null and is_counted
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
        indicators.title,
        indicators.is_flow,
        case
            when scopes.is_zone
                then (scopes.report_month, indicators.indicator_code)
                    in (select (report_month, indicator_code) from filed)
            else own_filed.department is not null or own_owed.department is null
        end as is_known
    from int.scopes as scopes
    cross join indicators
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
    case when known.is_known then coalesce(sums.value, 0)::decimal(38, 12) end as value,
    case
        when not known.is_known
            then
                '未报' || known.title || '（' || if(known.is_flow, '本年至', '')
                || strftime(known.report_month, '%Y-%m') || '），无数可计'
    end as note
from known
left join sums using (report_month, department, indicator_code);

comment on view int.headline_values is '主要指标的数值，按月份、范围、指标；未报的为空';
