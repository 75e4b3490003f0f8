-- question: for whom are headline figures told in a month?
-- grain: month × scope.
-- formula: the zone as a whole ("全区"), and each department with a target row of that year; while a
--   year has no targets yet, those of the last year that had, but for departments that have ended.
-- authority: the public surface of the published database: scopes of the headline figures; the
--   handbook, from file to figure: targets.
create or replace view int.scopes as
with calendar as (
    select report_month, year
    from int.calendar
),

targets as (
    select distinct issued.year, issued.department
    from accepted.annual_targets as issued
    inner join core.indicators as indicators using (indicator_code)
    where indicators.has_target
),

departments as (
    select department, until_month
    from core.departments
),

dated as (
    select calendar.report_month, calendar.year, max(targets.year) as target_year
    from calendar
    inner join targets on calendar.year >= targets.year
    group by calendar.report_month, calendar.year
)

select
    report_month,
    '全区' as department,
    true as is_zone
from calendar
union
select
    dated.report_month,
    targets.department,
    false as is_zone
from dated
inner join targets on dated.target_year = targets.year
left join departments using (department)
where
    targets.department <> '全区'
    and (
        dated.year = targets.year
        or departments.until_month is null
        or dated.report_month <= departments.until_month
    );

comment on view int.scopes is '各月有主要指标的范围：全区和当年有目标任务的单位；当年尚未下达的，沿用上一年的单位';
