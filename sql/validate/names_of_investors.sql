-- The names of each investor's projects, as compared, of one return at a time.
select
    investor_key,
    list(distinct name_key order by name_key) as names
from project_numbers
where investor_key is not null and name_key is not null
group by return_name, investor_key
having count(distinct project_id) > 1
