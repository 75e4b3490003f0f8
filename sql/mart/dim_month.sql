-- question: which months are there, in which order, and what are they called?
-- grain: month that anything published is about.
-- key: report_month.
-- formula: from January of the first year with figures to the last month with any, without gaps; and
--   months beside those for which something was filed or said. Time progress as in the figures.
-- authority: the public surface of the published database; the handbook, progress against time.
create or replace view mart.dim_month as
with months as (
    select report_month, due_on
    from mart.months
),

progress as (
    select report_month, max(time_progress_pct) as time_progress_pct
    from mart.headline_indicators
    group by report_month
),

known as (
    select unnest(
        generate_series(
            date_trunc('year', min(report_month))::date, max(report_month), interval 1 month
        )
    )::date as report_month
    from months
    union
    select report_month
    from mart.submissions
    union
    select report_month
    from mart.findings
    union
    select report_month
    from mart.acts
)

select
    known.report_month, -- 月份，当月第一天
    row_number() over (order by known.report_month) as ordinal, -- 次序，由早到晚
    year(known.report_month) || '年' || month(known.report_month) || '月' as label, -- 名称，如2021年5月
    year(known.report_month) as year, -- 年
    month(known.report_month) as month, -- 月
    quarter(known.report_month) as quarter, -- 季度
    last_day(known.report_month) as ends_on, -- 月末
    months.due_on, -- 应报日期，逢节假日顺延；没有数字的月份为空
    progress.time_progress_pct, -- 序时进度（%）；没有数字的月份为空
    months.report_month is not null as has_figures, -- 是否有主要指标
    coalesce(known.report_month = max(months.report_month) over (), false) as is_newest -- 是否为有数字的最近一个月
from known
left join months using (report_month)
left join progress using (report_month)
where known.report_month is not null;

comment on view mart.dim_month is '月份：次序、名称、年、季度、应报日期';
