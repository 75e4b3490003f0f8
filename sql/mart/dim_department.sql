-- question: which departments are there, in which order, and what else are they called?
-- grain: name that a department, or the whole zone, is published under.
-- key: department.
-- formula: 全区, then zone.toml's departments in its order, then names that something published has and
--   zone.toml does not: those of a locked month from before a renaming, of departments that are no more.
-- authority: the public surface of the published database; the handbook, departments end, renamed units.
create or replace view mart.dim_department as
with known as (
    select name, department, ordinal, owed_returns
    from detail.departments
),

listed as (
    select
        department,
        any_value(ordinal) as ordinal,
        any_value(owed_returns) as owed_returns,
        string_agg(name, '、' order by name) filter (where name <> department) as other_names
    from known
    group by department
),

told as (
    select department
    from mart.headline_indicators
    union
    select department
    from mart.submissions
    where department is not null
    union
    select department
    from listed
    union
    select '全区' as department
)

select
    told.department, -- 单位，全区合计为“全区”
    case told.department when '全区' then 'zone' else 'department' end as scope, -- 范围：zone全区、department单位
    row_number() over (
        order by told.department <> '全区', listed.ordinal nulls last, told.department
    ) as ordinal, -- 次序：全区，然后按zone.toml
    told.department as label, -- 名称
    listed.department is not null as is_listed, -- 是否在zone.toml的单位名单中
    case when listed.department is null then known.department end as renamed_to, -- 现用名；名称没有变的为空
    listed.other_names, -- 别名和曾用名
    listed.owed_returns -- 应报的报表
from told
left join listed using (department)
left join known on told.department = known.name;

comment on view mart.dim_department is '单位：次序、名称、别名、应报的报表；含全区';
