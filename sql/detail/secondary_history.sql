-- question: what did every secondary figure say, from when until when?
-- grain: month × figure × span of publications in which it stood unchanged.
-- formula: as published; `until_at` is the publication that changed or dropped it, null while it stands.
-- authority: the handbook, what a zone wants beyond: reproducible bulletins.
create or replace view detail.secondary_history as
with past as (
    select report_month, indicator_code, indicator_name, value, unit, note, since_no, until_no
    from history.secondary_indicators
),

refreshes as (
    select publication_no, published_at
    from core.refreshes
)

select
    past.report_month,
    past.indicator_code,
    past.indicator_name,
    past.value,
    past.unit,
    past.note,
    since.published_at as since_at,
    until.published_at as until_at
from past
inner join refreshes as since on past.since_no = since.publication_no
left join refreshes as until on past.until_no = until.publication_no;

comment on view detail.secondary_history is '次要指标的历次发布：每个数从何时起、到何时止';
comment on column detail.secondary_history.report_month is '月份，当月第一天；本年累计至月末';
comment on column detail.secondary_history.indicator_code is '指标代码';
comment on column detail.secondary_history.indicator_name is '指标名称';
comment on column detail.secondary_history.value is '数值，未四舍五入；本年没有报送该报表的为空';
comment on column detail.secondary_history.unit is '单位：次、天、万公里、个、家、人次、件、项、%、人、条';
comment on column detail.secondary_history.note is '说明：数值为空的原因';
comment on column detail.secondary_history.since_at is '从哪次发布起是这个数';
comment on column detail.secondary_history.until_at is '到哪次发布为止；现在仍是的为空';
