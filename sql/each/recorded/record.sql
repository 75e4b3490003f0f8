-- What has been published of a relation: each row with the publications from which and until which
-- it stood. Rows without an end are what is published now. The table has the columns of this query.
select
    *,
    null::integer as since_no,
    null::integer as until_no
from live.{relation}
