-- A publication changes nothing of a relation: it rests on no return of which anything has changed.
create or replace temp table delta as
select true as is_added, * exclude (since_no, until_no)
from record.{relation}
limit 0;
