-- question: which entries of the 07 ledger stand at a month's end, each with its latest row?
-- grain: month × visiting batch (reception_no) of the year's months up to it.
-- formula: a later month's row of the same key replaces the earlier; within one month the row that
--   was received later. Each row stands until it is replaced or the year ends.
-- authority: the handbook, from file to figure: ledgers.
create or replace view int.receptions_in_force as
with calendar as (
    select report_month, year
    from int.calendar
),

submissions as (
    select submission_id, refresh_no, filed_on, file
    from stg.submissions_in_force
),

receptions as (
    select
        submission_id, sheet, excel_row, department, report_month, reception_no, org_name, visitors
    from accepted.receptions
),

spans as (
    select
        year(receptions.report_month) as year,
        receptions.report_month as stands_from,
        lead(receptions.report_month) over (
            partition by year(receptions.report_month), receptions.reception_no
            order by
                receptions.report_month, submissions.refresh_no, submissions.filed_on nulls first,
                submissions.file, receptions.sheet, receptions.excel_row
        ) as replaced_from,
        receptions.submission_id, receptions.sheet, receptions.excel_row, receptions.department,
        receptions.reception_no, receptions.org_name, receptions.visitors
    from receptions
    inner join submissions using (submission_id)
)

select
    calendar.report_month,
    spans.submission_id,
    spans.sheet,
    spans.excel_row,
    spans.department,
    spans.reception_no,
    spans.org_name,
    spans.visitors
from calendar
inner join spans
    on
        calendar.year = spans.year
        and calendar.report_month >= spans.stands_from
        and (calendar.report_month < spans.replaced_from or spans.replaced_from is null);

comment on view int.receptions_in_force is '客商接待台账截至各月末的最新记录，本年累计';
