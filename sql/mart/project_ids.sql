-- question: under which number does a project stand in mart.projects that a return names by this one?
-- grain: project number that a return named.
-- key: filed_id.
-- formula: a project's own number, and each other that was decided to be the same project.
-- authority: from file to figure, decisions; the public surface of the published database.
create or replace view mart.project_ids as
select
    unnest([project_id] || coalesce(string_split(other_ids, '、'), [])) as filed_id, -- 报表中的项目编号，也是mart.headline_rows的row_key
    project_id, -- 该项目在mart.projects中的编号；没有认定为同一项目的，就是它自己
    department -- 牵头单位，同mart.projects
from mart.projects;

comment on view mart.project_ids is '项目编号对照：报表中的编号在mart.projects中算在哪个编号下；连接时经过它，认定为同一项目的也不会漏';
