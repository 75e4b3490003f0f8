-- The other figures of a month, in their order.
select figures.indicator_name, figures.unit, figures.value
from mart.secondary_indicators as figures
inner join mart.dim_indicator as known using (indicator_code)
where figures.report_month = $month
order by known.ordinal;
