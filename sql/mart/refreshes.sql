-- question: when was the database published, by which version, from how many submissions?
-- grain: refresh that published.
-- formula: the journal of publications.
-- authority: the public surface of the published database.
create or replace view mart.refreshes as
with refreshes as (
    select run_id, published_at, guoban_version, submissions_accepted, submissions_rejected
    from core.refreshes
)

select
    run_id,
    published_at,
    guoban_version,
    submissions_accepted,
    submissions_rejected
from refreshes;

comment on view mart.refreshes is '发布记录：每次发布一行';
comment on column mart.refreshes.run_id is '运行编号，也是发布文件夹的名称';
comment on column mart.refreshes.published_at is '发布时间';
comment on column mart.refreshes.guoban_version is 'guoban版本';
comment on column mart.refreshes.submissions_accepted is '发布时已接收的报送份数';
comment on column mart.refreshes.submissions_rejected is '发布时退回的报送份数';
