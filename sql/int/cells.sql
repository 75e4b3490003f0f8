-- question: what do the headline figures rest on in a row?
-- grain: row of a return with headline figures, of every version.
-- formula: its cells by field, as text.
-- authority: the handbook, what a zone wants beyond: from a headline to its source.
create or replace view int.cells as
from cells.signed_projects
union all by name
from cells.paid_in
union all by name
from cells.pipeline_projects;

comment on view int.cells is '主要指标所依据的栏目及其值，每行一条';
