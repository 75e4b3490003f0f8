-- What a submission of one return comes to in its amount.
select sum({amount}::decimal(38, 4))
from rows.{slug}
where submission_id = $submission_id;
