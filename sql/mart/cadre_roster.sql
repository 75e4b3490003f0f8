-- question: which cadres serve which firms?
-- grain: cadre × firm × month.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in remarks are masked.
-- authority: the handbook, return 13. The columns' comments come from the return's declaration.
create or replace view mart.cadre_roster as
with accepted as (
    select
        report_month, department, cadre_no, cadre, party_member, firm, remark, submission_id,
        sheet, excel_row
    from accepted.cadre_roster
)

select
    report_month,
    department,
    cadre_no,
    cadre,
    party_member,
    firm,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.cadre_roster is '13 党员干部联企名册：采用的行，当前版本';
comment on column mart.cadre_roster.submission_id is '报送编号，见mart.submissions';
comment on column mart.cadre_roster.sheet is '工作表';
comment on column mart.cadre_roster.excel_row is '表格中的行号';
