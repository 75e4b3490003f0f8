-- The headline figures of a month in all scopes: the zone, then the departments in their order.
select
    figures.department, figures.scope, figures.indicator_code, figures.indicator_name, figures.unit,
    figures.value, figures.target_value, figures.completion_pct, figures.completion_pct_rounded,
    figures.is_past_half, figures.note
from mart.headline_indicators as figures
left join mart.dim_department as departments using (department)
left join mart.dim_indicator as indicators using (indicator_code)
where figures.report_month = $month
order by
    figures.scope desc, departments.ordinal, figures.department, indicators.ordinal,
    figures.indicator_code;
