-- question: of which sector, origin, chain and kind of investor is a row near a headline figure?
-- grain: row of a return that says any of it (02, 04), of every version.
-- formula: as filed; null where the return has no such field.
-- authority: the handbook, returns 02 and 04.
create or replace view int.row_traits as
select submission_id, sheet, excel_row, sector, capital_origin, chain, investor_type
from rows.signed_projects
union all by name
select submission_id, sheet, excel_row, sector, capital_origin
from rows.pipeline_projects;

comment on view int.row_traits is '签约和在谈项目各行的产业、来源地、主导产业、投资方类型';
