-- What has been published of a relation: each row with the publications from which and until which
-- it stood. Rows without an end are what is published now.
create table if not exists record.{relation} as
select
    *,
    null::integer as since_no,
    null::integer as until_no
from live.{relation}
limit 0;
