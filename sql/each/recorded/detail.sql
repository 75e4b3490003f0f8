-- Every row that was ever published, with the times from which and until which it stood.
-- key: {key}, since_at.
create or replace view detail.{relation} as
select
    past.* exclude (since_no, until_no),
    since.published_at as since_at, -- 从哪次发布起如此
    until.published_at as until_at -- 到哪次发布为止；现在仍如此的为空
from record.{relation} as past
inner join core.refreshes as since on past.since_no = since.publication_no
left join core.refreshes as until on past.until_no = until.publication_no;

comment on view detail.{relation} is '历次发布的{relation}：每行从何时起、到何时止';
