-- question: which annual target is in force in a month?
-- grain: month × department (全区 among them) × indicator with a target row of that year.
-- formula: the newest row issued up to the end of the month, in force from the month of its date
--   of issue; months before the first row use the first. Amounts in 亿元. A target in the wrong
--   kind of unit (a count for an amount), or of 10^7 亿元 and more (more than any country makes:
--   typed in another unit), is none and has a note; so has that of a department that has ended.
-- authority: the handbook, from file to figure, targets; reading 1: talks are rated by count
--   unless the zone rates them by amount.
create or replace view int.targets_in_force as
with measured as (
    select
        issued.year,
        issued.department,
        issued.indicator_code,
        issued.submission_id,
        date_trunc('month', issued.issued_on)::date as in_force_from,
        indicators.target_unit,
        (issued.target * units.factor::decimal(5, 4))::decimal(28, 8) as stated_value,
        row_number() over (
            partition by issued.year, issued.department, issued.indicator_code
            order by issued.issued_on, submissions.arrival_no, issued.sheet, issued.excel_row
        ) as issue_no
    from accepted.annual_targets as issued
    inner join core.submissions as submissions using (submission_id)
    inner join int.indicators as indicators
        on issued.year = indicators.year and issued.indicator_code = indicators.indicator_code
    left join core.target_units as units
        on indicators.target_unit = units.target_unit and issued.unit = units.unit
    where indicators.has_target
)

select
    calendar.report_month,
    measured.department,
    measured.indicator_code,
    measured.submission_id,
    case
        when
            measured.stated_value < 10000000
            and (calendar.report_month <= departments.until_month or departments.until_month is null)
            then measured.stated_value
    end as target_value,
    case
        when calendar.report_month > departments.until_month
            then '单位的报送止于' || strftime(departments.until_month, '%Y-%m') || '，不再考核'
        when measured.stated_value is null then '目标任务的计量单位应为' || measured.target_unit
        when measured.stated_value >= 10000000 then '目标任务过大，疑为计量单位错误'
    end as note
from int.calendar as calendar
inner join measured using (year)
left join core.departments as departments using (department)
where measured.in_force_from <= calendar.report_month or measured.issue_no = 1
qualify
    row_number() over (
        partition by calendar.report_month, measured.department, measured.indicator_code
        order by measured.issue_no desc
    ) = 1;

comment on view int.targets_in_force is '各月有效的年度目标，按月份、单位、指标';
