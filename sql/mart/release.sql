-- question: which release is this: whose, made when, by which version, of which data?
-- grain: the release; one row.
-- key: run_id.
-- formula: the newest publication. The fingerprint is the SHA-256 of what detail.release_contents says of
--   every relation and month: the same data have the same one, whenever they are published. The head of
--   the chain stands for all that the figures rest on: the journal until then, and with it the bytes of
--   every file received.
-- authority: the public surface of the published database.
create or replace view mart.release as
select
    zone.zone_name, -- 开发区名称
    newest.run_id, -- 运行编号，也是发布文件夹的名称
    newest.published_at, -- 发布时间
    newest.guoban_version, -- guoban版本
    getvariable('fingerprint')::varchar as fingerprint, -- 指纹：数据相同则相同，与何时发布无关
    newest.chain_head -- 发布时台账的链首（SHA-256）：代表此前的全部台账和收到的文件
from core.zone as zone
inner join core.refreshes as newest on true
qualify row_number() over (order by newest.publication_no desc) = 1;

comment on view mart.release is '本次发布：哪个开发区、何时、由哪个版本，数据的指纹；只有一行';
