-- The names of each investor's projects, as compared, of one return at a time; `shared` are those that
-- several numbers have.
with names as (
    select
        return_name,
        investor_key,
        name_key,
        min(project_id) as first_id,
        max(project_id) as last_id
    from project_numbers
    where investor_key is not null and name_key is not null
    group by return_name, investor_key, name_key
)

select
    investor_key,
    list(name_key order by name_key) as names,
    coalesce(list(name_key) filter (where first_id < last_id), []) as shared
from names
group by return_name, investor_key
having min(first_id) < max(last_id)
