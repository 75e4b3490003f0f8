-- question: who has filed which project, in whatever version?
-- grain: row of a return of projects (02, 03, 04); `role` is null where the return has none.
-- formula: all rows of all versions, whether they count or not.
-- authority: the handbook, from file to figure: every version stays.
create or replace view int.project_filings as
select 'signed_projects' as return_name, submission_id, department, report_month, project_id, role
from rows.signed_projects
union all by name
select 'paid_in' as return_name, submission_id, department, report_month, project_id
from rows.paid_in
union all by name
select 'pipeline_projects' as return_name, submission_id, department, report_month, project_id, role
from rows.pipeline_projects;

comment on view int.project_filings is '各单位填报过的项目，每行一条，所有版本';
