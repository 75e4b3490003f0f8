-- question: which projects is each department negotiating at a month's end?
-- grain: project in talks × month × department.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in remarks are masked.
-- authority: the handbook, return 04. The columns' comments come from the return's declaration.
create or replace view mart.pipeline_projects as
with accepted as (
    select
        report_month, department, project_id, project_name, investor, planned_amount_cny, sector,
        capital_origin, talk_stage, status, first_contact_on, owner, role, audit_status, remark,
        submission_id, sheet, excel_row
    from accepted.pipeline_projects
)

select
    report_month,
    department,
    project_id,
    project_name,
    investor,
    planned_amount_cny,
    sector,
    capital_origin,
    talk_stage,
    status,
    first_contact_on,
    owner,
    role,
    audit_status,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.pipeline_projects is '04 在谈项目月报表：采用的行，当前版本';
comment on column mart.pipeline_projects.submission_id is '报送编号，见mart.submissions';
comment on column mart.pipeline_projects.sheet is '工作表';
comment on column mart.pipeline_projects.excel_row is '表格中的行号';
