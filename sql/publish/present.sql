-- What this publication adds to a relation's record and takes from it; a locked month is left out, so
-- that it stays as it was. As sets: `except` takes nulls for equal, where a join would not.
create or replace temp table present as
select *
from live.{relation}
where {is_open};

create or replace temp table past as
select * exclude (since_no, until_no)
from record.{relation}
where until_no is null and {is_open};

create or replace temp table delta as
select true as is_added, *
from (from present except from past)
union all by name
select false as is_added, *
from (from past except from present);

drop table present;

drop table past;
