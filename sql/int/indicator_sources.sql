-- question: which return does an indicator come from, and which months of it?
-- grain: headline indicator.
-- formula: paid-in funds add up the months of the year; contracts and talks are read from the
--   month's own list, which tells the whole state anew.
-- authority: the handbook, indicators ZS01 to ZS05: returns 02, 03 and 04.
create or replace view int.indicator_sources as
with sources as (
    select indicator_code, return_name, adds_months
    from (
        values
        ('ZS01', 'signed_projects', false),
        ('ZS02', 'paid_in', true),
        ('ZS03', 'signed_projects', false),
        ('ZS03a', 'signed_projects', false),
        ('ZS04', 'pipeline_projects', false),
        ('ZS04a', 'pipeline_projects', false),
        ('ZS05', 'signed_projects', false)
    ) as listed (indicator_code, return_name, adds_months)
),

returns as (
    select return_name, title
    from core.returns
)

select
    sources.indicator_code,
    sources.return_name,
    coalesce(returns.title, sources.return_name) as return_title,
    sources.adds_months
from sources
left join returns using (return_name);

comment on view int.indicator_sources is '每项主要指标取自哪份报表，是否逐月累加';
