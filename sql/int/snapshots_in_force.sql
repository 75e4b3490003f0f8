-- question: which month's list tells a department's state at a month's end?
-- grain: month × return × department that has filed it in the year so far.
-- formula: the department's latest submission in force of the year's months up to it, 零报告 too.
-- authority: the handbook, from file to figure: snapshots (09, 10, 13).
create or replace view int.snapshots_in_force as
with calendar as (
    select report_month, year
    from int.calendar
),

submissions as (
    select
        return_name,
        department,
        year(report_month) as year,
        report_month as stands_from,
        lead(report_month) over (
            partition by return_name, department, year(report_month)
            order by report_month
        ) as replaced_from
    from stg.submissions_in_force
)

select
    calendar.report_month,
    submissions.return_name,
    submissions.department,
    submissions.stands_from
from calendar
inner join submissions
    on
        calendar.year = submissions.year
        and calendar.report_month >= submissions.stands_from
        and (
            calendar.report_month < submissions.replaced_from
            or submissions.replaced_from is null
        );

comment on view int.snapshots_in_force is '每月快照类报表截至各月末有效的一份，按报表、单位';
