-- question: which entries of the 06 ledger stand at a month's end, each with its latest row?
-- grain: month × call on an organisation (trip, day, name) of the year's months up to it.
-- formula: a later month's row of the same key replaces the earlier; within one month the row that
--   was received later. Each row stands until it is replaced or the year ends.
-- authority: the handbook, from file to figure: ledgers.
create or replace view int.visits_in_force as
with calendar as (
    select report_month, year
    from int.calendar
),

submissions as (
    select submission_id, refresh_no, filed_on, file
    from stg.submissions_in_force
),

visits as (
    select
        submission_id, sheet, excel_row, department, report_month, trip_no, visited_on, org_name,
        province, city, org_type
    from accepted.outbound_visits
),

spans as (
    select
        year(visits.report_month) as year,
        visits.report_month as stands_from,
        lead(visits.report_month) over (
            partition by year(visits.report_month), visits.trip_no, visits.visited_on, visits.org_name
            order by
                visits.report_month, submissions.refresh_no, submissions.filed_on nulls first,
                submissions.file, visits.sheet, visits.excel_row
        ) as replaced_from,
        visits.submission_id, visits.sheet, visits.excel_row, visits.department,
        visits.trip_no, visits.visited_on, visits.org_name, visits.province, visits.city,
        visits.org_type
    from visits
    inner join submissions using (submission_id)
)

select
    calendar.report_month,
    spans.submission_id,
    spans.sheet,
    spans.excel_row,
    spans.department,
    spans.trip_no,
    spans.visited_on,
    spans.org_name,
    spans.province,
    spans.city,
    spans.org_type
from calendar
inner join spans
    on
        calendar.year = spans.year
        and calendar.report_month >= spans.stands_from
        and (calendar.report_month < spans.replaced_from or spans.replaced_from is null);

comment on view int.visits_in_force is '外出走访台账截至各月末的最新记录，本年累计';
