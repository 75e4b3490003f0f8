-- question: which rows are near the figures in versions that are turned back and still to be answered?
-- grain: row × headline indicator, in the month that it was filed for.
-- formula: they pass through the conditions of all others, with every reason against them; what is
--   not on record contributes nothing.
-- authority: the handbook, held rows.
create or replace temp table turned_back_rows as
select
    report_month, indicator_code, department, submission_id, sheet, excel_row, row_key, amount_cny,
    null::decimal(38, 12) as contribution, false as is_counted, reasons
from int.headline_candidates
where turned_back_id is not null and report_month = filed_month;
