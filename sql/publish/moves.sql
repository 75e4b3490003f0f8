-- What the newest publication moved, in the order in which people read it: the newest month first, the
-- zone before its departments in the order of zone.toml.
with months as (
    select max(report_month) as newest
    from record.headline_indicators
    where until_no is null
)

select
    moved.report_month,
    moved.department,
    moved.indicator_code,
    indicators.indicator_name,
    indicators.unit,
    moved.old_value,
    moved.new_value,
    moved.old_target,
    moved.new_target,
    moved.old_pct,
    moved.new_pct,
    coalesce(moved.report_month < months.newest, false) as is_earlier,
    declared.rated_code
from changes.moved_figures as moved
inner join (
    select
        indicator_code,
        arg_max(indicator_name, since_no) as indicator_name,
        arg_max(unit, since_no) as unit
    from record.headline_indicators
    group by indicator_code
) as indicators using (indicator_code)
left join core.indicators as declared using (indicator_code)
left join core.departments as departments using (department)
cross join months
order by
    moved.report_month desc,
    stg.scope(moved.department) desc,
    departments.ordinal nulls last,
    moved.department,
    moved.indicator_code;
