-- question: which rows lie near each headline figure, and which of them are in it?
-- grain: month of the figure × indicator × row of its return.
-- formula: the three kinds of candidates together; figures, contributing rows and explanations are
--   all read from here.
-- authority: the handbook, indicators ZS01 to ZS05.
create or replace view int.headline_candidates as
with contracts as (
    select
        report_month, indicator_code, department, submission_id, sheet, excel_row, row_key,
        filed_month, label, amount_field, amount_cny, contribution, is_counted, reasons
    from int.contract_candidates
),

paid_in as (
    select
        report_month, indicator_code, department, submission_id, sheet, excel_row, row_key,
        filed_month, label, amount_field, amount_cny, contribution, is_counted, reasons
    from int.paid_in_candidates
),

talks as (
    select
        report_month, indicator_code, department, submission_id, sheet, excel_row, row_key,
        filed_month, label, amount_field, amount_cny, contribution, is_counted, reasons
    from int.talk_candidates
)

select
    report_month, indicator_code, department, submission_id, sheet, excel_row, row_key,
    filed_month, label, amount_field, amount_cny, contribution, is_counted, reasons
from contracts
union all
select
    report_month, indicator_code, department, submission_id, sheet, excel_row, row_key,
    filed_month, label, amount_field, amount_cny, contribution, is_counted, reasons
from paid_in
union all
select
    report_month, indicator_code, department, submission_id, sheet, excel_row, row_key,
    filed_month, label, amount_field, amount_cny, contribution, is_counted, reasons
from talks;

comment on view int.headline_candidates is '各项主要指标附近的全部行，计入与否及原因';
