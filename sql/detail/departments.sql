-- question: which names have the departments of zone.toml, and what do they owe?
-- grain: name that a department has or had.
-- key: name.
-- formula: as zone.toml says.
-- authority: the handbook, from file to figure: expected returns; renamed units.
create or replace view detail.departments as
with owed as (
    select
        owed.department,
        string_agg(distinct returns.title, '、' order by returns.title) as owed_returns
    from core.owed as owed
    inner join core.returns as returns using (return_name)
    group by owed.department
)

select
    names.name, -- 名称：现用名、别名、曾用名
    names.department, -- 现用名
    listed.ordinal + 1 as ordinal, -- 在zone.toml中的次序
    owed.owed_returns -- 应报的报表
from core.department_names as names
inner join core.departments as listed using (department)
left join owed using (department);

comment on view detail.departments is '单位的现用名、别名和曾用名，应报的报表';
