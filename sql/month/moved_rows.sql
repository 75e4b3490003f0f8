-- The rows near a month's headline figures that contributed otherwise from a publication on that changed
-- one of them: what they did before and do then, nothing where they were not there.
with changed as (
    select distinct changed_at
    from mart.figure_changes
    where report_month = $month
),

sides as (
    select
        since_at as changed_at, indicator_code, department, filed_month, row_key, label,
        submission_id, contribution as new_value, null as old_value
    from detail.headline_candidates
    where report_month = $month
    union all
    select
        until_at as changed_at, indicator_code, department, filed_month, row_key, label,
        submission_id, null as new_value, contribution as old_value
    from detail.headline_candidates
    where report_month = $month and until_at is not null
)

select
    sides.changed_at,
    sides.indicator_code,
    coalesce(names.department, sides.department) as department,
    sides.filed_month,
    sides.row_key,
    arg_max(sides.label, sides.new_value is not null) as label,
    list_sort(list_distinct(list(sides.submission_id))) as submission_ids,
    sum(sides.old_value) as old_value,
    sum(sides.new_value) as new_value
from sides
inner join changed using (changed_at)
left join detail.departments as names on sides.department = names.name
group by
    sides.changed_at, sides.indicator_code, coalesce(names.department, sides.department),
    sides.filed_month, sides.row_key
having coalesce(sum(sides.old_value), 0) <> coalesce(sum(sides.new_value), 0)
order by
    sides.changed_at, sides.indicator_code, department, sides.filed_month, sides.row_key;
