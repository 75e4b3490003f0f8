-- question: how is each headline indicator defined in a year?
-- grain: year with figures × indicator.
-- formula: as the zone has it for every year, but for what it has otherwise for that one.
-- authority: the handbook, from file to figure: definitions have dates.
create or replace view int.indicators as
with years as (
    select distinct year
    from int.calendar
)

select
    years.year,
    indicators.indicator_code,
    indicators.ordinal,
    coalesce(dated.indicator_name, indicators.indicator_name) as indicator_name,
    indicators.unit,
    indicators.return_name,
    coalesce(dated.minimum_cny, indicators.minimum_cny) as minimum_cny,
    indicators.new_only,
    indicators.sector,
    coalesce(dated.started_only, indicators.started_only) as started_only,
    indicators.has_target,
    coalesce(dated.rated_code, indicators.rated_code) as rated_code,
    coalesce(dated.target_unit, indicators.target_unit) as target_unit
from years
cross join core.indicators as indicators
left join core.dated_indicators as dated
    on years.year = dated.year and indicators.indicator_code = dated.indicator_code;

comment on view int.indicators is '各年的主要指标及其门槛和口径';
