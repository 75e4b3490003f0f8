-- question: for whom are headline figures told in a month?
-- grain: month × scope.
-- formula: the zone as a whole ("全区"), and each department with a target row of that year.
-- authority: the public surface of the published database: scopes of the headline figures.
create or replace view int.scopes as
with calendar as (
    select report_month
    from int.calendar
),

targets as (
    select report_month, department
    from int.targets_in_force
)

select
    report_month,
    '全区' as department,
    true as is_zone
from calendar
union
select
    report_month,
    department,
    false as is_zone
from targets
where department <> '全区';

comment on view int.scopes is '各月有主要指标的范围：全区和当年有目标任务的单位';
