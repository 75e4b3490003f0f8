-- The published figures of months before the newest that moved after a time: what each was before,
-- and is now. The rows of one figure follow each other.
select
    moved.report_month,
    moved.department,
    indicators.indicator_name,
    moved.figure,
    indicators.unit,
    arg_min(moved.old_value, (moved.changed_at, moved.ordinal)) as old_value,
    arg_max(moved.new_value, (moved.changed_at, moved.ordinal)) as new_value
from mart.figure_changes as moved
inner join mart.headline_indicators as indicators using (report_month, department, indicator_code)
where
    moved.changed_at > $after
    and moved.report_month < (select max(report_month) from mart.headline_indicators)
group by all
having old_value is distinct from new_value
order by
    moved.report_month desc, moved.department <> $whole_zone, moved.department,
    min(moved.indicator_code), moved.figure;
