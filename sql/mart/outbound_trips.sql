-- question: which journeys were made to win investment?
-- grain: trip as filed in a month.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in remarks are masked.
-- authority: the handbook, return 05. The columns' comments come from the return's declaration.
create or replace view mart.outbound_trips as
with accepted as (
    select
        report_month, department, trip_no, leader, leader_rank, depart_on, return_on, days,
        people, km, provinces, theme, remark, submission_id, sheet, excel_row
    from accepted.outbound_trips
)

select
    report_month,
    department,
    trip_no,
    leader,
    leader_rank,
    depart_on,
    return_on,
    days,
    people,
    km,
    provinces,
    theme,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.outbound_trips is '05 外出招商台账：采用的行，当前版本';
comment on column mart.outbound_trips.submission_id is '报送编号，见mart.submissions';
comment on column mart.outbound_trips.sheet is '工作表';
comment on column mart.outbound_trips.excel_row is '表格中的行号';
