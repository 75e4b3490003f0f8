-- question: which returns are owed for a month, and what has come of each?
-- grain: month × department × return owed; the months of core.months' years, from January on.
-- formula: owed from a month on, until the department ends; answered by the submission in force, else by the newest one that
--   was turned back.
-- authority: the handbook, from file to figure: expected returns; departments end.
create or replace view int.expected_returns as
with calendar as (
    select report_month, year_starts_on
    from int.calendar
),

owed as (
    select department, return_name, from_month, until_month
    from core.owed
),

in_force as (
    select
        submission_id, return_name, department, report_month, received_at, is_nil, is_late,
        rows_held
    from stg.submissions_in_force
),

turned_back as (
    select
        return_name,
        department,
        report_month,
        max_by(received_at, arrival_no) as received_at
    from core.submissions
    where status = 'rejected'
    group by return_name, department, report_month
),

-- A year is judged from January, also where nothing was filed for its first months.
months as (
    select distinct
        unnest(generate_series(year_starts_on, report_month, interval 1 month))::date
            as report_month
    from calendar
)

select
    months.report_month,
    owed.department,
    owed.return_name,
    in_force.submission_id,
    in_force.is_nil,
    in_force.is_late,
    in_force.rows_held,
    turned_back.received_at is not null as is_turned_back,
    coalesce(in_force.received_at, turned_back.received_at) as received_at
from months
inner join owed
    on
        months.report_month >= owed.from_month
        and (months.report_month <= owed.until_month or owed.until_month is null)
left join in_force
    on
        months.report_month = in_force.report_month
        and owed.department = in_force.department
        and owed.return_name = in_force.return_name
left join turned_back
    on
        months.report_month = turned_back.report_month
        and owed.department = turned_back.department
        and owed.return_name = turned_back.return_name;

comment on view int.expected_returns is '应报的报表和它的报送情况，按月份、单位、报表';
