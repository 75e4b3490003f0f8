-- question: when was the database published, by which version, from how many submissions?
-- grain: refresh that published.
-- key: run_id.
-- formula: the journal of publications.
-- authority: the public surface of the published database.
create or replace view mart.refreshes as
select
    run_id, -- 运行编号，也是发布文件夹的名称
    published_at, -- 发布时间
    guoban_version, -- guoban版本
    submissions_accepted, -- 发布时已接收的报送份数
    submissions_rejected, -- 发布时退回的报送份数
    chain_head -- 发布时台账的链首（SHA-256）：代表此前的全部台账和收到的文件；早期版本的发布为空
from core.refreshes;

comment on view mart.refreshes is '发布记录：每次发布一行';
