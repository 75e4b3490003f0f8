-- Who first filed what, of the departments of which versions came or went.
delete from core.first_filings
where {is_asked};

insert into core.first_filings by name
select *
from int.first_filings
where {is_asked};
