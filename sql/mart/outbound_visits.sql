-- question: whom did the journeys call on?
-- grain: call on an organisation as filed in a month.
-- formula: rows of the current versions that are not held back; contacts, and
--   telephone numbers in outcomes and remarks are masked.
-- authority: the handbook, return 06. The columns' comments come from the return's declaration.
create or replace view mart.outbound_visits as
with accepted as (
    select
        report_month, department, trip_no, visited_on, province, city, org_name, org_type,
        org_rank, contact, outcome, remark, submission_id, sheet, excel_row
    from accepted.outbound_visits
)

select
    report_month,
    department,
    trip_no,
    visited_on,
    province,
    city,
    org_name,
    org_type,
    org_rank,
    stg.masked(contact) as contact,
    stg.masked_phones(outcome) as outcome,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.outbound_visits is '06 外出走访企业明细表：采用的行，当前版本';
comment on column mart.outbound_visits.submission_id is '报送编号，见mart.submissions';
comment on column mart.outbound_visits.sheet is '工作表';
comment on column mart.outbound_visits.excel_row is '表格中的行号';
