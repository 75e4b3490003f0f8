-- question: what did mart.headline_indicators say at a time?
-- grain: table macro; month × scope × indicator, as published then.
-- formula: the rows of detail.headline_indicators that stood at that time.
-- authority: the public surface of the published database.
create or replace macro mart.headline_as_of(moment) as table
select * exclude (target_submission_id, since_at, until_at)
from detail.headline_indicators
where since_at <= moment::timestamptz and (until_at is null or until_at > moment::timestamptz);

comment on macro table mart.headline_as_of is '主要指标在某一时刻发布的值，列同mart.headline_indicators；以别名ATTACH的，先USE别名';
