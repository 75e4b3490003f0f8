-- rule: C309
-- level: cross-return
-- severity: error
-- zh: 项目秘书服务、客商接待所填的项目编号须存在
-- en: the project number of a secretary's issue or a reception exists
-- reason: 项目编号写错，问题和接待就记不到项目上。
-- remedy: 请与签约项目月报表、在谈项目月报表核对项目编号。
--
-- The handbook: "secretary or reception 项目编号 exists": some department has the project among its
-- contracts (02) or talks (04), of whatever month, for a number is issued once. Not judged while
-- nobody's 02 or 04 of the month is accepted. The ledger's row is held back.
with entries as (
    select submission_id, sheet, excel_row, report_month, project_id
    from filed.secretary_log
    where project_id is not null
    union all by name
    select submission_id, sheet, excel_row, report_month, project_id
    from filed.receptions
    where project_id is not null
),

projects as (
    select project_id
    from filed.signed_projects
    where project_id is not null
    union
    select project_id
    from filed.pipeline_projects
    where project_id is not null
),

returns as (
    select distinct report_month
    from core.submissions
    where is_current and return_name in ('signed_projects', 'pipeline_projects')
)

select
    entries.submission_id,
    entries.sheet,
    entries.excel_row,
    'project_id' as field,
    entries.project_id as value,
    '项目编号“' || entries.project_id || '”在签约项目月报表和在谈项目月报表中都没有。' as message
from entries
inner join returns using (report_month)
left join projects using (project_id)
where projects.project_id is null
