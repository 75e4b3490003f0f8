-- What each new version of one return changed: rows are matched by their own key (those that share
-- one, R109, by their order), `change` is added, removed or changed, what stood empty is null.
insert into core.version_changes by name
with cells as (
    unpivot (
        select
            submission_id,
            coalesce(own_key, '') as row_key,
            row_number() over (
                partition by submission_id, own_key
                order by sheet, excel_row
            ) as nth,
            {texts}
        from rows.{slug}
        where submission_id in (
            select unnest([submission_id, replaced_id]) from pairs where return_name = '{slug}'
        )
    ) on {fields} into name field value value
),

both_rows as (
    select pairs.submission_id, pairs.replaced_id, versions.own_key as row_key
    from pairs
    inner join rows.{slug} as versions on pairs.submission_id = versions.submission_id
    intersect
    select pairs.submission_id, pairs.replaced_id, versions.own_key as row_key
    from pairs
    inner join rows.{slug} as versions on pairs.replaced_id = versions.submission_id
),

newer as (
    select pairs.submission_id, pairs.replaced_id, cells.row_key, cells.nth, cells.field, cells.value
    from pairs
    inner join cells on pairs.submission_id = cells.submission_id
),

older as (
    select pairs.submission_id, pairs.replaced_id, cells.row_key, cells.nth, cells.field, cells.value
    from pairs
    inner join cells on pairs.replaced_id = cells.submission_id
)

select
    submission_id,
    replaced_id,
    '{slug}' as return_name,
    row_key,
    field,
    older.value as old_value,
    newer.value as new_value,
    case
        when both_rows.row_key is not null then 'changed'
        when older.value is null then 'added'
        else 'removed'
    end as change
from newer
full outer join older using (submission_id, replaced_id, row_key, nth, field)
left join both_rows using (submission_id, replaced_id, row_key)
where newer.value is distinct from older.value;
