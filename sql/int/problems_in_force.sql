-- question: which entries of the 11 ledger stand at a month's end, each with its latest row?
-- grain: month × problem (problem_no) of the year's months up to it.
-- formula: a later month's row of the same key replaces the earlier; within one month the row that
--   was received later. Each row stands until it is replaced or the year ends.
-- authority: the handbook, from file to figure: ledgers.
create or replace view int.problems_in_force as
with calendar as (
    select report_month, year
    from int.calendar
),

submissions as (
    select submission_id, refresh_no, filed_on, file
    from stg.submissions_in_force
),

problems as (
    select submission_id, sheet, excel_row, department, report_month, problem_no, status
    from accepted.problem_ledger
),

spans as (
    select
        year(problems.report_month) as year,
        problems.report_month as stands_from,
        lead(problems.report_month) over (
            partition by year(problems.report_month), problems.problem_no
            order by
                problems.report_month, submissions.refresh_no, submissions.filed_on nulls first,
                submissions.file, problems.sheet, problems.excel_row
        ) as replaced_from,
        problems.submission_id, problems.sheet, problems.excel_row, problems.department,
        problems.problem_no, problems.status
    from problems
    inner join submissions using (submission_id)
)

select
    calendar.report_month,
    spans.submission_id,
    spans.sheet,
    spans.excel_row,
    spans.department,
    spans.problem_no,
    spans.status
from calendar
inner join spans
    on
        calendar.year = spans.year
        and calendar.report_month >= spans.stands_from
        and (calendar.report_month < spans.replaced_from or spans.replaced_from is null);

comment on view int.problems_in_force is '急难愁盼问题台账截至各月末的最新记录，本年累计';
