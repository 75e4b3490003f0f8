-- question: which issues did the projects' secretaries find and solve?
-- grain: issue as filed in a month.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in contents and remarks are masked.
-- authority: the handbook, return 12. The columns' comments come from the return's declaration.
create or replace view mart.secretary_log as
with accepted as (
    select
        report_month, department, issue_no, project_id, project_name, secretary, found_on,
        content, status, solved_on, remark, submission_id, sheet, excel_row
    from accepted.secretary_log
)

select
    report_month,
    department,
    issue_no,
    project_id,
    project_name,
    secretary,
    found_on,
    stg.masked_phones(content) as content,
    status,
    solved_on,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.secretary_log is '12 项目秘书服务台账：采用的行，当前版本';
comment on column mart.secretary_log.submission_id is '报送编号，见mart.submissions';
comment on column mart.secretary_log.sheet is '工作表';
comment on column mart.secretary_log.excel_row is '表格中的行号';
