-- question: what is a month's own part of each headline figure?
-- grain: month × scope × indicator.
-- key: report_month, department, indicator_code.
-- formula: the year to date less the year to date of the month before, both as published, so that the
--   months of a year add up to it; January is itself. Null for stocks, which are no sum of months, and
--   where one of the two is null or the month before has no figures. A department that was renamed is
--   one, whatever name a locked month has of it.
-- authority: the public surface of the published database; the handbook, 环比: month value.
create or replace view detail.headline_by_month as
with told as (
    select
        figures.report_month,
        figures.scope,
        figures.department,
        figures.indicator_code,
        figures.value,
        dim.is_stock,
        month(figures.report_month) = 1 as is_first,
        lag(figures.value) over one_year as value_before,
        lag(figures.report_month) over one_year as month_before
    from mart.headline_indicators as figures
    inner join mart.dim_indicator as dim using (indicator_code)
    left join detail.departments as names on figures.department = names.name
    window one_year as (
        partition by
            coalesce(names.department, figures.department), figures.indicator_code,
            year(figures.report_month)
        order by figures.report_month
    )
),

noted as (
    select
        report_month,
        scope,
        department,
        indicator_code,
        value - case when is_first then 0 else value_before end as difference,
        case
            when is_stock then '月末存量，没有当月数'
            when value is null then '本月无数可计'
            when is_first then null
            when
                month_before is distinct from (report_month - interval 1 month)::date
                then '上月没有数，当月数无法计算'
            when value_before is null then '上月无数可计，当月数无法计算'
        end as month_note
    from told
)

select
    report_month, -- 月份，当月第一天
    scope, -- 范围：zone全区、department单位
    department, -- 单位，全区合计为“全区”
    indicator_code, -- 指标代码
    case when month_note is null then difference end::decimal(38, 12) as month_value, -- 当月数：本年累计减上月累计，一月即为累计；在谈项目为存量，没有当月数，为空
    round(case when month_note is null then difference end, 2)::decimal(20, 2) as month_value_rounded, -- 当月数，供阅读：亿元四舍五入到两位小数，个到整数
    month_note -- 当月数为空的原因
from noted;

comment on view detail.headline_by_month is '主要指标的当月数，按月份、范围、指标';
