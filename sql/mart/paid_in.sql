-- question: what has been paid in, project by project and month by month?
-- grain: project × month.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in remarks are masked.
-- authority: the handbook, return 03. The columns' comments come from the return's declaration.
create or replace view mart.paid_in as
with accepted as (
    select
        report_month, department, project_id, project_name, paid_month_cny, paid_ytd_cny,
        paid_total_cny, fund_type, evidence_type, evidence_no, correction_no, audit_status,
        remark, submission_id, sheet, excel_row
    from accepted.paid_in
)

select
    report_month,
    department,
    project_id,
    project_name,
    paid_month_cny,
    paid_ytd_cny,
    paid_total_cny,
    fund_type,
    evidence_type,
    evidence_no,
    correction_no,
    audit_status,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.paid_in is '03 实到资金月报表：采用的行，当前版本';
comment on column mart.paid_in.submission_id is '报送编号，见mart.submissions';
comment on column mart.paid_in.sheet is '工作表';
comment on column mart.paid_in.excel_row is '表格中的行号';
