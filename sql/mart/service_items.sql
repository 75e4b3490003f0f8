-- question: which services are offered, on one visit and online?
-- grain: service item × month.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in remarks are masked.
-- authority: the handbook, return 10. The columns' comments come from the return's declaration.
create or replace view mart.service_items as
with accepted as (
    select
        report_month, department, item_code, item_name, agency, once_only, online, promise_days,
        remark, submission_id, sheet, excel_row
    from accepted.service_items
)

select
    report_month,
    department,
    item_code,
    item_name,
    agency,
    once_only,
    online,
    promise_days,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.service_items is '10 政务服务事项清单：采用的行，当前版本';
comment on column mart.service_items.submission_id is '报送编号，见mart.submissions';
comment on column mart.service_items.sheet is '工作表';
comment on column mart.service_items.excel_row is '表格中的行号';
