-- The published figures that moved after a time, of the newest month or of those before it: what each
-- was before, and is now. The rows of one figure follow each other.
with moved as (
    select
        report_month,
        department,
        indicator_code,
        figure,
        arg_min_null(old_value, (changed_at, ordinal)) as old_value,
        arg_max_null(new_value, (changed_at, ordinal)) as new_value
    from mart.figure_changes
    where
        changed_at > $after
        and (report_month = (select max(report_month) from mart.headline_indicators)) = $is_newest
    group by all
)

select
    moved.report_month,
    moved.department,
    indicators.indicator_name,
    moved.figure,
    indicators.unit,
    moved.old_value,
    moved.new_value
from moved
inner join mart.headline_indicators as indicators using (report_month, department, indicator_code)
where moved.old_value is distinct from moved.new_value
order by
    moved.report_month desc, moved.department <> $whole_zone, moved.department,
    moved.indicator_code, moved.figure;
