-- Ends the spans of the rows that went, and begins those of the rows that came.
update record.{relation} as past
set until_no = {number}
from (from delta where not is_added) as gone
where past.until_no is null and {same};

insert into record.{relation} by name
select * exclude (is_added), {number} as since_no
from delta
where is_added;

drop table delta;
