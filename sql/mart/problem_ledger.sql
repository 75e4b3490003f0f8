-- question: which pressing problems were raised, and which are closed?
-- grain: problem as filed in a month.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in contents and remarks are masked.
-- authority: the handbook, return 11. The columns' comments come from the return's declaration.
create or replace view mart.problem_ledger as
with accepted as (
    select
        report_month, department, problem_no, raised_on, raised_by, category, content, handler,
        status, closed_on, satisfaction, remark, submission_id, sheet, excel_row
    from accepted.problem_ledger
)

select
    report_month,
    department,
    problem_no,
    raised_on,
    raised_by,
    category,
    stg.masked_phones(content) as content,
    handler,
    status,
    closed_on,
    satisfaction,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.problem_ledger is '11 急难愁盼问题台账：采用的行，当前版本';
comment on column mart.problem_ledger.submission_id is '报送编号，见mart.submissions';
comment on column mart.problem_ledger.sheet is '工作表';
comment on column mart.problem_ledger.excel_row is '表格中的行号';
