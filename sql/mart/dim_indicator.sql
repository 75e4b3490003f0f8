-- question: which figures are there, in which order, and what are they called?
-- grain: indicator, headline or secondary.
-- key: indicator_code.
-- formula: as declared, with this zone's thresholds in the names; headline indicators first.
-- authority: the handbook, indicators; the public surface of the published database.
create or replace view mart.dim_indicator as
with figures as (
    select
        'headline' as family, indicator_code, ordinal, indicator_name, unit, return_name, is_stock,
        has_target
    from core.indicators
    union all by name
    select
        'secondary' as family, indicator_code, ordinal, indicator_name, unit, return_name, is_stock,
        false as has_target
    from core.secondary
)

select
    figures.indicator_code, -- 指标代码
    row_number() over (order by figures.family, figures.ordinal) as ordinal, -- 次序：先主要指标，后次要指标
    figures.indicator_name as label, -- 名称
    figures.family, -- 类别：headline主要指标、secondary次要指标
    figures.unit, -- 单位
    units.places, -- 供阅读的小数位数
    figures.return_name, -- 取自哪张报表
    figures.is_stock, -- 是否为月末存量；否则为本年累计
    figures.has_target -- 是否有目标任务
from figures
left join core.units as units using (unit);

comment on view mart.dim_indicator is '指标：次序、名称、单位、取自哪张报表、存量或累计';
