-- question: which departments are there, in which order, and what else are they called?
-- grain: name that a department, or the whole zone, is published under.
-- key: department.
-- formula: 全区, then zone.toml's departments in its order, then names that something published has and
--   zone.toml does not: those of a locked month from before a renaming, of departments that are no more.
-- authority: the public surface of the published database; the handbook, departments end, renamed units.
create or replace view mart.dim_department as
with listed as (
    select department, ordinal, until_month
    from core.departments
),

names as (
    select name, department
    from core.department_names
),

other_names as (
    select department, string_agg(name, '、' order by name) as other_names
    from names
    where name <> department
    group by department
),

owed as (
    select
        owed.department,
        string_agg(distinct returns.title, '、' order by returns.title) as owed_returns
    from core.owed as owed
    inner join core.returns as returns using (return_name)
    group by owed.department
),

told as (
    select department
    from record.headline_indicators
    union
    select department
    from core.submissions
    union
    select department
    from core.findings
    union
    select department
    from core.owed
    union
    select department
    from accepted.annual_targets
    union
    select '全区' as department
)

select
    coalesce(listed.department, told.department) as department, -- 单位，全区合计为“全区”
    stg.scope(coalesce(listed.department, told.department)) as scope, -- 范围：zone全区、department单位
    row_number() over (
        order by
            told.department is distinct from '全区', listed.ordinal nulls last, told.department
    ) as ordinal, -- 次序：全区，然后按zone.toml
    coalesce(listed.department, told.department) as label, -- 名称
    listed.department is not null as is_listed, -- 是否在zone.toml的单位名单中
    if(listed.department is null, names.department, null) as renamed_to, -- 现用名；名称没有变的为空
    other_names.other_names, -- 别名和曾用名
    listed.until_month, -- 撤销的，最后一个报告月份；没有撤销的为空
    owed.owed_returns -- 应报的报表
from listed
full outer join told using (department)
left join names on coalesce(listed.department, told.department) = names.name
left join other_names on listed.department = other_names.department
left join owed on listed.department = owed.department
where coalesce(listed.department, told.department) is not null;

comment on view mart.dim_department is '单位：次序、名称、别名、应报的报表；含全区';
