-- question: what has been done for it: journeys, visitors, meetings, problems solved, services?
-- grain: month × figure, the year to date, for the whole zone.
-- key: report_month, indicator_code.
-- formula: what the counted rows contribute, as they are recorded, in sum; of a share, in per cent of the rows that it is a
--   share of. Null where nothing of the return has been filed in the year, or there is nothing to
--   take a share of.
-- authority: the handbook, secondary figures.
create or replace view live.secondary_indicators as
with sums as (
    select report_month, indicator_code, sum(contribution) as value
    from record.secondary_rows
    where until_no is null
    group by report_month, indicator_code
),

-- Why a figure can't be computed; null where it can.
known as (
    select
        calendar.report_month,
        figures.*,
        sums.value,
        wholes.value as whole,
        case
            when not exists (
                select 1
                from stg.submissions_in_force as in_force
                where
                    in_force.return_name = figures.return_name
                    and in_force.report_month
                    between calendar.year_starts_on and calendar.report_month
            ) then '本年尚未报送' || returns.title
            when
                figures.return_name = 'secretary_log'
                and nullif(zone.projects_secretary_project, '') is null
                then '未设置项目秘书服务的项目'
            when figures.share_of is not null and coalesce(wholes.value, 0) = 0
                then '没有最多跑一次事项'
        end as note
    from int.calendar as calendar
    cross join core.secondary as figures
    cross join core.zone as zone
    inner join core.returns as returns using (return_name)
    left join sums
        on
            calendar.report_month = sums.report_month
            and figures.indicator_code = sums.indicator_code
    left join sums as wholes
        on calendar.report_month = wholes.report_month and figures.share_of = wholes.indicator_code
)

select
    report_month, -- 月份，当月第一天；本年累计至月末
    indicator_code, -- 指标代码
    indicator_name, -- 指标名称
    case
        when note is not null then null
        when share_of is not null then stg.ratio_pct(coalesce(value, 0), whole)
        else coalesce(value, 0)
    end::decimal(38, 12) as value, -- 数值，未四舍五入；本年没有报送该报表的为空
    unit, -- 单位：次、天、万公里、个、家、人次、件、项、%、人、条
    note -- 说明：数值为空的原因
from known;

comment on view live.secondary_indicators is '次要指标：外出招商、接待、会议、营商环境与服务，全区本年累计，按月份、指标';
