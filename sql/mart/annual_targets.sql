-- question: which annual targets have been issued, for whom, by which document?
-- grain: department (or 全区) × indicator × date of issue.
-- formula: rows that are not held back; a later file replaces only rows of the same year,
--   department, indicator and date of issue; telephone numbers in remarks are masked.
-- authority: the handbook, return 01. The columns' comments come from the return's declaration.
create or replace view mart.annual_targets as
with accepted as (
    select
        year, department, indicator_code, indicator, target, unit, doc_no, issued_on, remark,
        submission_id, sheet, excel_row
    from accepted.annual_targets
)

select
    year,
    department,
    indicator_code,
    indicator,
    target,
    unit,
    doc_no,
    issued_on,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.annual_targets is '01 年度目标任务分解表：采用的行，当前版本';
comment on column mart.annual_targets.submission_id is '报送编号，见mart.submissions';
comment on column mart.annual_targets.sheet is '工作表';
comment on column mart.annual_targets.excel_row is '表格中的行号';
