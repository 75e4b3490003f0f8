-- What a publication adds to a relation's record where nothing of it is on record yet.
create or replace temp table delta as
select true as is_added, *
from live.{relation}
where {is_open};
