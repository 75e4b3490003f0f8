-- question: the same (turned_back_rows) where nothing is turned back: what makes them is not even asked.
-- grain: none.
-- formula: the columns alone.
-- authority: none.
create or replace temp table turned_back_rows as
select
    report_month, indicator_code, department, submission_id, sheet, excel_row, row_key, amount_cny,
    contribution, is_counted, reasons
from record.headline_candidates
limit 0;
