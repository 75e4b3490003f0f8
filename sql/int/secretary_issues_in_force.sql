-- question: which entries of the 12 ledger stand at a month's end, each with its latest row?
-- grain: month × issue of a project's secretary (issue_no) of the year's months up to it.
-- formula: a later month's row of the same key replaces the earlier; within one month the row that
--   was received later. Each row stands until it is replaced or the year ends.
-- authority: the handbook, from file to figure: ledgers.
create or replace view int.secretary_issues_in_force as
with calendar as (
    select report_month, year
    from int.calendar
),

submissions as (
    select submission_id, refresh_no, filed_on, file
    from stg.submissions_in_force
),

issues as (
    select submission_id, sheet, excel_row, department, report_month, issue_no, project_id, status
    from accepted.secretary_log
),

spans as (
    select
        year(issues.report_month) as year,
        issues.report_month as stands_from,
        lead(issues.report_month) over (
            partition by year(issues.report_month), issues.issue_no
            order by
                issues.report_month, submissions.refresh_no, submissions.filed_on nulls first,
                submissions.file, issues.sheet, issues.excel_row
        ) as replaced_from,
        issues.submission_id, issues.sheet, issues.excel_row, issues.department,
        issues.issue_no, issues.project_id, issues.status
    from issues
    inner join submissions using (submission_id)
)

select
    calendar.report_month,
    spans.submission_id,
    spans.sheet,
    spans.excel_row,
    spans.department,
    spans.issue_no,
    spans.project_id,
    spans.status
from calendar
inner join spans
    on
        calendar.year = spans.year
        and calendar.report_month >= spans.stands_from
        and (calendar.report_month < spans.replaced_from or spans.replaced_from is null);

comment on view int.secretary_issues_in_force is '项目秘书服务台账截至各月末的最新记录，本年累计';
