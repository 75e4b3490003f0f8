-- The rows near figures of versions that are turned back and still to be answered, as
-- sql/publish/effects.sql asks for them.
create or replace temp table turned_back_rows as
select
    report_month, indicator_code, department, submission_id, sheet, excel_row, row_key, amount_cny,
    null::decimal(38, 12) as contribution, false as is_counted, reasons
from int.headline_candidates
where turned_back_id is not null and report_month = filed_month;
