-- question: what can correcting what an open finding asks about move, and by how much?
-- grain: finding × headline indicator × scope (the zone, and the row's department).
-- formula: the rate moves by it in points of the scope's target, of the figure that is held against
--   it.
-- authority: the handbook, indicators; what an office asks first: what can move most.
insert into core.finding_effects by name
with effects as (
    from effects_of_rows
    union all by name
    from effects_of_files
    union all by name
    from effects_of_absent
),

scoped as (
    select
        finding_key,
        report_month,
        indicator_code,
        unnest(['全区', department]) as department,
        value::decimal(38, 12) as value
    from effects
    where value > 0
),

figures as (
    select report_month, department, indicator_code, target_value
    from record.headline_indicators
    where until_no is null and report_month >= {first}
)

select
    scoped.finding_key,
    scoped.report_month,
    scoped.indicator_code,
    scoped.department,
    scoped.value,
    stg.ratio_pct(measured.value, figures.target_value) as pct
from scoped
left join figures using (report_month, department, indicator_code)
left join figures_of_year as defined
    on
        scoped.indicator_code = defined.indicator_code
        and year(scoped.report_month) = defined.year
left join scoped as measured
    on
        scoped.finding_key = measured.finding_key
        and scoped.department = measured.department
        and defined.rated_code = measured.indicator_code
where figures.report_month is not null or scoped.department = '全区';
