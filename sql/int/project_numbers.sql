-- question: which row does a project number stand by in a month, for the search for duplicates?
-- grain: month × return (02 or 04) × project number.
-- formula: its lead row, the one that came first where departments dispute it: first filed by its
--   department in an earlier refresh, then the earlier date (02 签约日期, 04 首次对接日期), then the
--   path, then the place in the file. `came` is that order, for two numbers too: whatever was filed
--   anew since, a department keeps its place.
-- authority: the handbook, rule C307; counting rules: one project, one first introducer.
create or replace view int.project_numbers as
with submissions as (
    select submission_id, file
    from core.submissions
),

projects as (
    select
        'signed_projects' as return_name,
        submission_id, sheet, excel_row, report_month, department, project_id, project_name,
        investor, contract_amount_cny as amount_cny, signed_on as dated_on, role
    from filed.signed_projects
    where project_id is not null
    union all by name
    select
        'pipeline_projects' as return_name,
        submission_id, sheet, excel_row, report_month, department, project_id, project_name,
        investor, planned_amount_cny as amount_cny, first_contact_on as dated_on, role
    from filed.pipeline_projects
    where project_id is not null
),

arrivals as (
    select return_name, department, project_id, role, first_refresh_no
    from core.first_filings
),

numbers as (
    select
        projects.*,
        row(arrivals.first_refresh_no, dated_on, file, sheet, excel_row) as came
    from projects
    inner join submissions using (submission_id)
    left join arrivals
        on
            projects.return_name = arrivals.return_name
            and projects.department = arrivals.department
            and projects.project_id = arrivals.project_id
            and projects.role is not distinct from arrivals.role
    qualify
        row_number() over (
            partition by projects.return_name, projects.report_month, projects.project_id
            order by projects.role is not distinct from '牵头' desc, came
        ) = 1
)

select
    return_name,
    report_month,
    project_id,
    project_name,
    stg.many_name_keys(project_name) as name_key,
    stg.many_name_keys(investor) as investor_key,
    amount_cny,
    dated_on,
    department,
    submission_id,
    sheet,
    excel_row,
    came
from numbers;

comment on view int.project_numbers is '各月每个项目编号所依据的一行，用于查找重复项目';
