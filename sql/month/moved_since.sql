-- The published figures that moved from a moment on: what each was before, is now, and why. Of one month,
-- or (`$is_before`) of those before it: the newest month first, the zone before its departments. Each
-- bears the name that it has in its month; one that is there no more that of now.
with moved as (
    select
        report_month,
        scope,
        department,
        indicator_code,
        figure,
        arg_min_null(old_value, (changed_at, ordinal)) as old_value,
        arg_max_null(new_value, (changed_at, ordinal)) as new_value,
        list(distinct cause order by cause) as causes
    from mart.figure_changes
    where
        changed_at >= $since
        and if($is_before, report_month < $month, report_month = $month)
    group by all
)

select
    moved.report_month, moved.scope, moved.department, moved.indicator_code,
    coalesce(figures.indicator_name, indicators.label) as indicator_name,
    moved.figure, indicators.unit, moved.old_value, moved.new_value,
    moved.new_value - moved.old_value as difference, moved.causes
from moved
inner join mart.dim_indicator as indicators using (indicator_code)
left join mart.dim_department as departments using (department)
left join mart.headline_indicators as figures using (report_month, department, indicator_code)
where moved.old_value is distinct from moved.new_value
order by
    moved.report_month desc, moved.scope desc, departments.ordinal, moved.department,
    indicators.ordinal, moved.figure desc;
