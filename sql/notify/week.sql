-- What the newest month's figures of the whole zone moved by since a time.
with moved as (
    select
        report_month,
        department,
        indicator_code,
        arg_min_null(old_value, (changed_at, ordinal)) as old_value,
        arg_max_null(new_value, (changed_at, ordinal)) as new_value
    from mart.figure_changes
    where
        changed_at > $after
        and figure = 'value'
        and department = $whole_zone
        and report_month = (select max(report_month) from mart.headline_indicators)
    group by all
)

select
    indicators.indicator_name,
    indicators.unit,
    moved.old_value,
    moved.new_value
from moved
inner join mart.headline_indicators as indicators using (report_month, department, indicator_code)
where moved.old_value is distinct from moved.new_value
order by moved.indicator_code;
