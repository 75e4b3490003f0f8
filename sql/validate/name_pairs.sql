-- The names of suspected duplicates whose likeness is asked for, as filed and as compared: many
-- months have the same pairs, and names take long to be normalised.
with pairs as (
    select distinct
        project_name,
        earlier_project_name
    from int.duplicate_candidates
    where
        is_same is null
        and not is_same_deal
        and project_name is not null
        and earlier_project_name is not null
)

select
    project_name,
    earlier_project_name,
    stg.name_key(project_name) as name_key,
    stg.name_key(earlier_project_name) as earlier_name_key
from pairs
