-- How many of their annual tasks had the zone and each department past the half by a month's end, and
-- since which month end of the year: of each figure (`indicator_code`), and of all (null). The lead is
-- the days from the first month end at which all were past the half to the end of June; negative
-- where that came later.
with tasks as (
    select
        report_month,
        department,
        indicator_code,
        coalesce(is_past_half, false) as is_past_half
    from mart.headline_indicators
    where
        year(report_month) = year($month)
        and report_month <= $month
        and target_value > 0
),

counted as (
    select
        report_month,
        department,
        indicator_code,
        count(*) as task_count,
        count(*) filter (where is_past_half) as past_count
    from tasks
    group by grouping sets ((report_month, department, indicator_code), (report_month, department))
),

firsts as (
    select
        department,
        indicator_code,
        last_day(min(report_month) filter (where past_count = task_count)) as since_on
    from counted
    group by department, indicator_code
)

select
    counted.department,
    counted.indicator_code,
    counted.task_count,
    counted.past_count,
    counted.past_count = counted.task_count as is_past_half,
    firsts.since_on,
    date_diff('day', firsts.since_on, make_date(year($month), 6, 30)) as lead_days
from counted
inner join firsts
    on
        counted.department = firsts.department
        and counted.indicator_code is not distinct from firsts.indicator_code
where counted.report_month = $month;
