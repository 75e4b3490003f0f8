-- question: which release is this: whose, made when, by which version, of which data?
-- grain: the release; one row.
-- key: run_id.
-- formula: the newest publication. The fingerprint is the SHA-256 of what detail.release_contents says of
--   every relation and month: the same data have the same one, whenever they are published.
-- authority: the public surface of the published database.
create or replace view mart.release as
select
    zone.zone_name, -- 开发区名称
    newest.run_id, -- 运行编号，也是发布文件夹的名称
    newest.published_at, -- 发布时间
    newest.guoban_version, -- guoban版本
    getvariable('fingerprint')::varchar as fingerprint -- 指纹：数据相同则相同，与何时发布无关
from core.zone as zone
inner join core.refreshes as newest on true
qualify row_number() over (order by newest.publication_no desc) = 1;

comment on view mart.release is '本次发布：哪个开发区、何时、由哪个版本，数据的指纹；只有一行';
