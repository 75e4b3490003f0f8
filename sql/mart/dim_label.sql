-- question: what do the slugs in the other relations mean?
-- grain: column × slug that it may hold.
-- key: column_name, slug.
-- formula: as declared (schemas/labels.py). Returns, indicators and departments have relations of their
--   own.
-- authority: the public surface of the published database.
create or replace view mart.dim_label as
select
    column_name, -- 列名
    slug, -- 列中的代码
    ordinal + 1 as ordinal, -- 次序
    label -- 中文名称
from core.labels;

comment on view mart.dim_label is '代码的中文名称：报送情况、状态、程度、原因、事项等';
