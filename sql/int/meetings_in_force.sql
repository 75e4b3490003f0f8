-- question: which entries of the 08 ledger stand at a month's end, each with its latest row?
-- grain: month × meeting (meeting_no) of the year's months up to it.
-- formula: a later month's row of the same key replaces the earlier; within one month the row that
--   was received later. Each row stands until it is replaced or the year ends.
-- authority: the handbook, from file to figure: ledgers.
create or replace view int.meetings_in_force as
with calendar as (
    select report_month, year
    from int.calendar
),

submissions as (
    select submission_id, refresh_no, filed_on, file
    from stg.submissions_in_force
),

meetings as (
    select submission_id, sheet, excel_row, department, report_month, meeting_no, meeting_type
    from accepted.meetings
),

spans as (
    select
        year(meetings.report_month) as year,
        meetings.report_month as stands_from,
        lead(meetings.report_month) over (
            partition by year(meetings.report_month), meetings.meeting_no
            order by
                meetings.report_month, submissions.refresh_no, submissions.filed_on nulls first,
                submissions.file, meetings.sheet, meetings.excel_row
        ) as replaced_from,
        meetings.submission_id, meetings.sheet, meetings.excel_row, meetings.department,
        meetings.meeting_no, meetings.meeting_type
    from meetings
    inner join submissions using (submission_id)
)

select
    calendar.report_month,
    spans.submission_id,
    spans.sheet,
    spans.excel_row,
    spans.department,
    spans.meeting_no,
    spans.meeting_type
from calendar
inner join spans
    on
        calendar.year = spans.year
        and calendar.report_month >= spans.stands_from
        and (calendar.report_month < spans.replaced_from or spans.replaced_from is null);

comment on view int.meetings_in_force is '会议活动台账截至各月末的最新记录，本年累计';
