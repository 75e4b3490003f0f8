-- question: how is each headline indicator defined in a year, and what of its return does it add?
-- grain: year with figures × indicator.
-- formula: as the zone has it for the year.
-- authority: the handbook, indicators.
create or replace temp table figures_of_year as
select
    defined.year,
    declared.indicator_code,
    declared.return_name,
    declared.amount,
    declared.adds_amounts,
    declared.is_flow,
    defined.minimum_cny,
    defined.rated_code
from core.indicators as declared
inner join int.indicators as defined using (indicator_code);

-- question: which rows are near the figures, as recorded for the month that they were filed for?
-- grain: row × headline indicator, of the months asked and the one before them.
-- formula: the open rows of the record.
-- authority: the handbook, indicators.
create or replace temp view recorded_rows as
select
    report_month, indicator_code, department, submission_id, sheet, excel_row, row_key, amount_cny,
    contribution, is_counted, reasons
from record.headline_candidates
where
    until_no is null
    and report_month = filed_month
    and report_month >= ({first} - interval 1 month)::date;

-- question: and those of versions that are turned back?
-- grain: row × headline indicator.
-- formula: both.
-- authority: the handbook, held rows.
create or replace temp view rows_near as
select *
from recorded_rows
union all by name
select *
from turned_back_rows;
