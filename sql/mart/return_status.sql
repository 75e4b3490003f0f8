-- question: who has filed what, in time or late, and what is missing?
-- grain: month × department × expected return.
-- formula: nil where the current version is 零报告, else late or on_time by its date of filing;
--   without an accepted version rejected where one was turned back, else missing.
-- authority: the handbook, from file to figure: expected returns, due dates.
create or replace view mart.return_status as
with calendar as (
    select report_month
    from int.calendar
),

expected as (
    select
        report_month, department, return_name, submission_id, is_nil, is_late, is_turned_back,
        received_at
    from int.expected_returns
),

due_dates as (
    select report_month, due_on
    from core.due_dates
)

select
    expected.report_month,
    expected.department,
    expected.return_name,
    case
        when expected.submission_id is null and expected.is_turned_back then 'rejected'
        when expected.submission_id is null then 'missing'
        when expected.is_nil then 'nil'
        when expected.is_late then 'late'
        else 'on_time'
    end as state,
    due_dates.due_on,
    expected.received_at
from expected
inner join calendar using (report_month)
left join due_dates using (report_month);

comment on view mart.return_status is '报送完整性：每月每个单位应报的每张报表的报送情况';
comment on column mart.return_status.report_month is '所属月份，当月第一天';
comment on column mart.return_status.department is '应报单位';
comment on column mart.return_status.return_name is '报表的英文名';
comment on column mart.return_status.state is '情况：on_time按时、late迟报、nil零报告、missing未报、rejected退回';
comment on column mart.return_status.due_on is '应报日期，逢节假日顺延';
comment on column mart.return_status.received_at is '采用版本首次收到的时间；退回的为最近一份的';
