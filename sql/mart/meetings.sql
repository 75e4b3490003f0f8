-- question: which meetings were held?
-- grain: meeting as filed in a month.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in remarks are masked.
-- authority: the handbook, return 08. The columns' comments come from the return's declaration.
create or replace view mart.meetings as
with accepted as (
    select
        report_month, department, meeting_no, held_on, meeting_type, title, place, firms, remark,
        submission_id, sheet, excel_row
    from accepted.meetings
)

select
    report_month,
    department,
    meeting_no,
    held_on,
    meeting_type,
    title,
    place,
    firms,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.meetings is '08 招商会议活动台账：采用的行，当前版本';
comment on column mart.meetings.submission_id is '报送编号，见mart.submissions';
comment on column mart.meetings.sheet is '工作表';
comment on column mart.meetings.excel_row is '表格中的行号';
