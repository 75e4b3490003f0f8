-- What the newest month's zone-wide figures moved by since a time.
select
    indicators.indicator_name,
    indicators.unit,
    arg_min(moved.old_value, (moved.changed_at, moved.ordinal)) as old_value,
    arg_max(moved.new_value, (moved.changed_at, moved.ordinal)) as new_value
from mart.figure_changes as moved
inner join mart.headline_indicators as indicators using (report_month, department, indicator_code)
where
    moved.changed_at > $after
    and moved.figure = 'value'
    and moved.department = $whole_zone
    and moved.report_month = (select max(report_month) from mart.headline_indicators)
group by all
having old_value is distinct from new_value
order by min(moved.indicator_code);
