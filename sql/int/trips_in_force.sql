-- question: which entries of the 05 ledger stand at a month's end, each with its latest row?
-- grain: month × trip (trip_no) of the year's months up to it.
-- formula: a later month's row of the same key replaces the earlier; within one month the row that
--   was received later. Each row stands until it is replaced or the year ends.
-- authority: the handbook, from file to figure: ledgers.
create or replace view int.trips_in_force as
with calendar as (
    select report_month, year
    from int.calendar
),

submissions as (
    select submission_id, refresh_no, filed_on, file
    from stg.submissions_in_force
),

trips as (
    select submission_id, sheet, excel_row, department, report_month, trip_no, days, km
    from accepted.outbound_trips
),

spans as (
    select
        year(trips.report_month) as year,
        trips.report_month as stands_from,
        lead(trips.report_month) over (
            partition by year(trips.report_month), trips.trip_no
            order by
                trips.report_month, submissions.refresh_no, submissions.filed_on nulls first,
                submissions.file, trips.sheet, trips.excel_row
        ) as replaced_from,
        trips.submission_id, trips.sheet, trips.excel_row, trips.department,
        trips.trip_no, trips.days, trips.km
    from trips
    inner join submissions using (submission_id)
)

select
    calendar.report_month,
    spans.submission_id,
    spans.sheet,
    spans.excel_row,
    spans.department,
    spans.trip_no,
    spans.days,
    spans.km
from calendar
inner join spans
    on
        calendar.year = spans.year
        and calendar.report_month >= spans.stands_from
        and (calendar.report_month < spans.replaced_from or spans.replaced_from is null);

comment on view int.trips_in_force is '外出招商台账截至各月末的最新记录，本年累计';
