-- question: who has filed what, in time or late, and what is missing?
-- grain: month × department × expected return.
-- key: report_month, department, return_name.
-- formula: nil where the current version is 零报告, else late or on_time by its date of filing;
--   without an accepted version rejected where one was turned back, else missing. Beside it what is
--   to be done about the files (detail.to_do): an error of a pair of projects, or of a version in
--   doubt, is to be decided, and not to be corrected.
-- authority: the handbook, from file to figure: expected returns, due dates.
create or replace view mart.return_status as
with found as (
    select
        report_month,
        department,
        return_name,
        sum(open_errors)::bigint as open_errors,
        sum(open_warnings)::bigint as open_warnings,
        sum(to_correct)::bigint as to_correct,
        sum(to_explain)::bigint as to_explain,
        sum(to_decide)::bigint as to_decide
    from detail.to_do
    group by report_month, department, return_name
)

select
    expected.report_month, -- 所属月份，当月第一天
    expected.department, -- 应报单位
    expected.return_name, -- 报表的英文名
    case
        when expected.submission_id is null and expected.is_turned_back then 'rejected'
        when expected.submission_id is null then 'missing'
        when expected.is_nil then 'nil'
        when expected.is_late then 'late'
        else 'on_time'
    end as state, -- 情况：on_time按时、late迟报、nil零报告、missing未报、rejected退回
    months.due_on, -- 应报日期，逢节假日顺延
    expected.received_at, -- 采用版本首次收到的时间；退回的为最近一份的
    expected.rows_held::bigint as rows_held, -- 采用版本中被扣留的行数；没有采用的为空
    coalesce(found.open_errors, 0) as open_errors, -- 未办结的错误条数
    coalesce(found.open_warnings, 0) as open_warnings, -- 未办结的警告条数
    coalesce(found.to_correct, 0) as to_correct, -- 待改正：要由单位改正的条数
    coalesce(found.to_explain, 0) as to_explain, -- 待说明：要由单位说明的条数
    coalesce(found.to_decide, 0) as to_decide -- 待认定：疑为同一项目的和待定的版本，每份文件的版本算一项
from int.expected_returns as expected
inner join core.months as months using (report_month)
left join found using (report_month, department, return_name);

comment on view mart.return_status is '报送完整性：每月每个单位应报的每张报表的报送情况';
