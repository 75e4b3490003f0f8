-- question: which corrections of earlier returns were approved?
-- grain: correction (one field of one row).
-- formula: rows that are not held back; a later file replaces only rows of the same correction
--   number; telephone numbers in reasons are masked.
-- authority: the handbook, return 14. The columns' comments come from the return's declaration.
create or replace view mart.corrections as
with accepted as (
    select
        correction_no, department, report_month, return_slug, row_key, field, old_value,
        new_value, method, reason, filed_on, approver, approved_on, submission_id, sheet,
        excel_row
    from accepted.corrections
)

select
    correction_no,
    department,
    report_month,
    return_slug,
    row_key,
    field,
    old_value,
    new_value,
    method,
    stg.masked_phones(reason) as reason,
    filed_on,
    approver,
    approved_on,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.corrections is '14 数据更正单：采用的行，当前版本';
comment on column mart.corrections.submission_id is '报送编号，见mart.submissions';
comment on column mart.corrections.sheet is '工作表';
comment on column mart.corrections.excel_row is '表格中的行号';
