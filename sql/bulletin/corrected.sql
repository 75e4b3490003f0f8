-- The figures of months before this one that are otherwise now than they were at a time: what each was,
-- is, and why. The newest month first, the zone before its departments.
with moved as (
    select
        report_month,
        department,
        indicator_code,
        figure,
        arg_min_null(old_value, (changed_at, ordinal)) as old_value,
        arg_max_null(new_value, (changed_at, ordinal)) as new_value,
        list(distinct cause order by cause) as causes
    from mart.figure_changes
    where report_month < $month and changed_at >= $since
    group by all
)

select
    moved.report_month, moved.department, indicators.label as indicator_name, moved.figure,
    indicators.unit, moved.old_value, moved.new_value,
    moved.new_value - moved.old_value as difference, moved.causes,
    count(*) over () as of_all
from moved
inner join mart.dim_indicator as indicators using (indicator_code)
left join mart.dim_department as departments using (department)
where moved.old_value is distinct from moved.new_value
order by
    moved.report_month desc, moved.department <> $whole_zone, departments.ordinal,
    moved.department, indicators.ordinal, moved.figure desc
limit $most;
