-- question: how far is each measure for the business environment?
-- grain: measure × month.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in remarks are masked.
-- authority: the handbook, return 09. The columns' comments come from the return's declaration.
create or replace view mart.env_measures as
with accepted as (
    select
        report_month, department, measure_no, task, lead_dept, owner, due_on, status,
        last_review_on, remark, submission_id, sheet, excel_row
    from accepted.env_measures
)

select
    report_month,
    department,
    measure_no,
    task,
    lead_dept,
    owner,
    due_on,
    status,
    last_review_on,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.env_measures is '09 营商环境30条任务清单：采用的行，当前版本';
comment on column mart.env_measures.submission_id is '报送编号，见mart.submissions';
comment on column mart.env_measures.sheet is '工作表';
comment on column mart.env_measures.excel_row is '表格中的行号';
