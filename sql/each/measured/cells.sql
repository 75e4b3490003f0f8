-- What the headline figures rest on in each row of the return, of every version, by its fields.
create or replace view cells.{slug} as
select
    '{slug}' as return_name,
    submission_id,
    sheet,
    excel_row,
    own_key as row_key,
    map {{cells}} as cells
from rows.{slug};
