-- question: which returns are there, in which order, and what are they called?
-- grain: return.
-- key: return_name.
-- formula: as declared, by number.
-- authority: the handbook, returns; the public surface of the published database.
create or replace view mart.dim_return as
select
    return_name, -- 报表的英文名，也是mart中的表名
    ordinal + 1 as ordinal, -- 次序，按编号
    title as label, -- 名称
    number, -- 编号
    form_no, -- 表号
    filed_by, -- 由谁报送
    cycle, -- 报送方式：每月快照、每月发生、台账、逐份累加
    grain -- 一行是什么
from core.returns;

comment on view mart.dim_return is '报表：次序、名称、表号、由谁报送';
