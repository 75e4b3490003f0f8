-- `corrected`: what `incoming` says of each correction, with keys and values as they are compared;
-- and the tables that tell what the corrections are about and which of them excuse anything.
create or replace temp table corrected as
select
    * replace (stg.name_key(old_value) as old_value, stg.name_key(new_value) as new_value),
    plain_key(stated_key) as row_key
from incoming;

create or replace temp table named_cells (
    return_name varchar, department varchar, report_month date, row_key varchar, field varchar,
    value varchar, words varchar
);

-- In force is what is accepted and has no error of its own: K601 is judged before this is asked.
create or replace temp view corrections_in_force as
select corrected.*
from corrected
anti join (
    select submission_id, sheet, excel_row
    from core.findings
    where severity = 'error'
) as faulty using (submission_id, sheet, excel_row);
