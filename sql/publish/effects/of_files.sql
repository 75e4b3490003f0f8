-- question: what can correcting a file that is turned back move?
-- grain: finding × figure of the return.
-- formula: all its rows, but for those that something else leaves out than what has to be corrected,
--   less what counts of its department meanwhile; that a nil report would take away. Of a file without
--   a row that can be read nobody knows.
-- authority: the handbook, indicators; from file to figure: which version is current.
create or replace temp table effects_of_files as
with given as (
    select
        turned_back_rows.submission_id, turned_back_rows.indicator_code, turned_back_rows.sheet,
        turned_back_rows.excel_row, told.reason.code as code
    from turned_back_rows
    cross join unnest(turned_back_rows.reasons) as told (reason)
),

lifted as (
    select distinct wrong_cells.submission_id, wrong_cells.sheet, wrong_cells.excel_row, rests.code
    from wrong_cells
    inner join core.reason_fields as rests using (field)
),

left_out as (
    select distinct given.submission_id, given.indicator_code, given.sheet, given.excel_row
    from given
    anti join lifted using (submission_id, sheet, excel_row, code)
    where given.code <> 'held'
),

coming_in as (
    select submission_id, indicator_code, report_month, amount_cny
    from turned_back_rows
    anti join left_out using (submission_id, indicator_code, sheet, excel_row)
),

turned_back as (
    select
        coming_in.submission_id,
        coming_in.indicator_code,
        sum(
            case
                when coming_in.amount_cny < figures.minimum_cny then 0
                when figures.adds_amounts then stg.in_yi(coming_in.amount_cny)
                else 1
            end
        ) as value
    from coming_in
    inner join figures_of_year as figures
        on
            coming_in.indicator_code = figures.indicator_code
            and year(coming_in.report_month) = figures.year
    group by coming_in.submission_id, coming_in.indicator_code
),

submissions as (
    select submission_id, is_nil
    from core.submissions
),

counted as (
    select report_month, indicator_code, department, sum(contribution) as value
    from recorded_rows
    where is_counted
    group by all
)

select
    findings.finding_key,
    findings.report_month,
    findings.department,
    figures.indicator_code,
    -- Of amounts that can't be read nobody knows.
    abs(
        if(turned_back.submission_id is null, 0, turned_back.value) - coalesce(counted.value, 0)
    ) as value
from findings_without_row as findings
inner join submissions using (submission_id)
inner join figures_of_year as figures
    on
        findings.return_name = figures.return_name
        and year(findings.report_month) = figures.year
left join turned_back using (submission_id, indicator_code)
left join counted using (report_month, indicator_code, department)
where
    not findings.is_of_project
    and (
        submissions.is_nil
        or findings.submission_id in (select submission_id from turned_back_rows)
    );
