-- question: which firms came to see the zone?
-- grain: visiting batch of a firm as filed in a month.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in remarks are masked.
-- authority: the handbook, return 07. The columns' comments come from the return's declaration.
create or replace view mart.receptions as
with accepted as (
    select
        report_month, department, reception_no, visited_on, org_name, province, visitors, host,
        project_id, remark, submission_id, sheet, excel_row
    from accepted.receptions
)

select
    report_month,
    department,
    reception_no,
    visited_on,
    org_name,
    province,
    visitors,
    host,
    project_id,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.receptions is '07 客商接待台账：采用的行，当前版本';
comment on column mart.receptions.submission_id is '报送编号，见mart.submissions';
comment on column mart.receptions.sheet is '工作表';
comment on column mart.receptions.excel_row is '表格中的行号';
