-- The corrections that are in force once the rules are asked, for the record of the figures. What they
-- give is kept only of fields that a figure rests on: others may be anybody's words.
truncate core.corrections_in_force;

insert into core.corrections_in_force by name
select
    submission_id,
    correction_no,
    return_name,
    report_month,
    row_key,
    field,
    if(field in (select field from core.indicator_fields), new_value, null) as new_value
from corrections_in_force
where return_name is not null and field is not null;
