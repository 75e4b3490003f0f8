-- question: which rows lie near a headline figure, which are in it, and why are the others not?
-- grain: month of the figure × indicator × row of its return (current versions, held back or not).
-- formula: as in the indicators; the cell is that of the row's amount, in the file as received.
-- authority: the handbook, indicators ZS01 to ZS05; what a zone wants beyond: from a headline to
--   its source.
create or replace view int.candidates_live as
with candidates as (
    select
        report_month, indicator_code, department, submission_id, sheet, excel_row, row_key,
        filed_month, label, amount_field, amount_cny, contribution, is_counted, reasons
    from int.headline_candidates
),

indicators as (
    select indicator_code, unit
    from core.indicators
),

submissions as (
    select submission_id, file
    from stg.submissions_in_force
),

columns as (
    select submission_id, sheet, field, column_letter
    from core.columns
)

select
    candidates.report_month,
    candidates.indicator_code,
    candidates.department,
    candidates.submission_id,
    submissions.file,
    candidates.sheet,
    columns.column_letter || candidates.excel_row as cell,
    candidates.excel_row,
    candidates.row_key,
    candidates.filed_month,
    candidates.label,
    candidates.amount_cny,
    candidates.contribution,
    indicators.unit,
    candidates.is_counted,
    candidates.reasons
from candidates
inner join indicators using (indicator_code)
inner join submissions using (submission_id)
left join columns
    on
        candidates.submission_id = columns.submission_id
        and candidates.sheet = columns.sheet
        and candidates.amount_field = columns.field;

comment on view int.candidates_live is '按现在的报送计算的主要指标附近的每一行，及其出处';
