-- What a month's headline figures of a scope were published as, publication by publication that changed
-- one: each figure as it stood from then on.
with vintages as (
    select indicator_code, valid_from, valid_until, value, target_value
    from mart.headline_vintages
    where report_month = $month and department = $department
),

publications as (
    select distinct valid_from as published_at
    from vintages
    union
    select valid_until
    from vintages
    where valid_until is not null
)

select
    publications.published_at,
    indicators.indicator_code,
    vintages.value,
    vintages.target_value,
    vintages.valid_from is not distinct from publications.published_at as is_new
from publications
cross join mart.dim_indicator as indicators
left join vintages
    on
        indicators.indicator_code = vintages.indicator_code
        and publications.published_at >= vintages.valid_from
        and (vintages.valid_until is null or publications.published_at < vintages.valid_until)
where indicators.family = 'headline'
order by publications.published_at, indicators.ordinal;
