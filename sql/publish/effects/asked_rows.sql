-- question: near which figures is the row that a finding is about, and with what?
-- grain: finding × row near a figure.
-- formula: what is proposed counts where the field is the figure's own amount.
-- authority: the handbook, indicators.
create or replace temp table asked_rows as
select
    findings.finding_key,
    findings.questions,
    findings.holds,
    findings.submission_id,
    findings.sheet,
    findings.excel_row,
    findings.field,
    findings.other_row_key,
    findings.is_turned_back,
    rows_near.report_month,
    rows_near.indicator_code,
    coalesce(rows_near.department, findings.department) as department,
    rows_near.row_key,
    rows_near.amount_cny,
    rows_near.contribution,
    rows_near.is_counted,
    rows_near.reasons,
    figures.amount,
    figures.adds_amounts,
    figures.is_flow,
    figures.minimum_cny,
    findings.field = figures.amount as is_amount,
    if(findings.field = figures.amount, stg.stated_cny(findings.proposed), null) as proposed_cny
from open_findings as findings
inner join rows_near using (submission_id, sheet, excel_row)
inner join figures_of_year as figures
    on
        rows_near.indicator_code = figures.indicator_code
        and year(rows_near.report_month) = figures.year
where findings.excel_row is not null;

-- question: which of these rows would stay out of the figure when what is asked about is corrected?
-- grain: finding × indicator.
-- formula: a reason is lifted that rests on the field of the finding; where that holds the row back,
--   also one that rests on any cell of it that has to be corrected, and that it is held.
-- authority: the handbook, indicators; held rows.
create or replace temp table still_left_out as
with given as (
    select
        asked.finding_key, asked.indicator_code, asked.submission_id, asked.sheet, asked.excel_row,
        asked.field, asked.holds, told.reason.code as code
    from asked_rows as asked
    cross join unnest(asked.reasons) as told (reason)
),

lifted as (
    select given.finding_key, given.indicator_code, given.code
    from given
    inner join core.reason_fields using (code, field)
    union
    select given.finding_key, given.indicator_code, given.code
    from given
    inner join core.reason_fields as rests on given.code = rests.code
    inner join wrong_cells
        on
            given.submission_id = wrong_cells.submission_id
            and given.sheet = wrong_cells.sheet
            and given.excel_row = wrong_cells.excel_row
            and rests.field = wrong_cells.field
    where given.holds
)

select distinct given.finding_key, given.indicator_code
from given
anti join lifted using (finding_key, indicator_code, code)
where not (given.code = 'held' and given.holds);
