-- rule: B701
-- level: board
-- severity: warning
-- zh: 应报的报表须收到，缺报期间合计标为不完整
-- en: an expected return is received; while one is missing the totals are marked incomplete
-- reason: 没有收到不等于零，缺报的合计不能当作全数。
-- remedy: 请催报；没有发生的，请报送零报告。
--
-- The handbook: "expected unit×return×month not received: totals marked 不完整". Received is what came
-- and was not withdrawn: a return that was turned back has its own findings. A year is judged from
-- January on, also where nothing was filed for its first months.
with calendar as (
    select report_month, year_starts_on
    from int.calendar
),

months as (
    select distinct
        unnest(generate_series(year_starts_on, report_month, interval 1 month))::date as report_month
    from calendar
),

owed as (
    select department, return_name, from_month, until_month
    from core.owed
),

received as (
    select distinct department, return_name, report_month
    from core.submissions
    where not is_withdrawn
),

titles as (
    select return_name, title
    from core.returns
),

due_dates as (
    select report_month, due_on
    from core.months
)

select
    null::varchar as submission_id,
    null::varchar as sheet,
    null::integer as excel_row,
    null::varchar as field,
    months.report_month,
    owed.department,
    owed.return_name,
    owed.department || ' ' || strftime(months.report_month, '%Y-%m') || ' 的《' || titles.title || '》没有收到'
    || coalesce('（应于 ' || strftime(due_dates.due_on, '%Y-%m-%d') || ' 前报送）', '') || '，合计不完整。'
        as message
from months
inner join owed
    on
        months.report_month >= owed.from_month
        and (months.report_month <= owed.until_month or owed.until_month is null)
inner join titles on owed.return_name = titles.return_name
left join due_dates on months.report_month = due_dates.report_month
left join received
    on
        months.report_month = received.report_month
        and owed.department = received.department
        and owed.return_name = received.return_name
where received.department is null
