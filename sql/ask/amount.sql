-- What a submission of one return comes to in its amount, of how many rows that is known, and whether the
-- unit is what is not known of the others.
select
    sum({amount}::decimal(38, 4)) as amount,
    count({amount}) as known,
    exists (
        select 1
        from core.findings
        where submission_id = $submission_id and rule = 'E007' and coalesce(field = '{amount}', true)
    ) as lacks_unit
from rows.{slug}
where submission_id = $submission_id;
