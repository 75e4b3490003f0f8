-- question: what was a headline figure published as, from when and until when?
-- grain: month × scope × indicator × publication that changed its value or its target.
-- key: report_month, department, indicator_code, valid_from.
-- formula: what was published, one row for as long as value and target stood unchanged. A figure as of
--   a time is the row with valid_from <= time and (valid_until is null or valid_until > time); that is
--   what mart.headline_as_of says, too.
-- authority: the public surface of the published database.
create or replace view mart.headline_vintages as
with named as (
    select
        past.report_month,
        past.scope,
        coalesce(names.department, past.department) as department,
        past.indicator_code,
        past.value,
        past.target_value,
        past.since_at,
        past.until_at
    from detail.headline_indicators as past
    left join detail.departments as names on past.department = names.name
),

told as (
    select
        report_month,
        scope,
        department,
        indicator_code,
        value,
        target_value,
        since_at,
        until_at,
        coalesce(
            lag(until_at) over one_figure = since_at
            and lag(value) over one_figure is not distinct from value
            and lag(target_value) over one_figure is not distinct from target_value,
            false
        ) as goes_on
    from named
    window one_figure as (
        partition by report_month, department, indicator_code
        order by since_at
    )
),

numbered as (
    select
        report_month,
        scope,
        department,
        indicator_code,
        value,
        target_value,
        since_at,
        until_at,
        count(*) filter (where not goes_on) over (
            partition by report_month, department, indicator_code
            order by since_at
        ) as vintage
    from told
)

select
    report_month, -- 指标所属月份，当月第一天
    any_value(scope) as scope, -- 范围：zone全区、department单位
    department, -- 单位，全区合计为“全区”
    indicator_code, -- 指标代码
    min(since_at) as valid_from, -- 从哪次发布起如此
    case when bool_and(until_at is not null) then max(until_at) end as valid_until, -- 到哪次发布为止；现在仍如此的为空
    any_value(value) as value, -- 当时发布的数值，未四舍五入；无数可计的为空
    any_value(target_value) as target_value -- 当时有效的全年目标；没有的为空
from numbered
group by report_month, department, indicator_code, vintage;

comment on view mart.headline_vintages is '主要指标的历次版本：数值或目标每变一次一行，从何时起、到何时止';
