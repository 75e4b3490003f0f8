-- The zone's headline figures of a month, in their order.
select
    figures.indicator_code, figures.indicator_name, figures.unit, figures.month_value,
    figures.value, known.has_target, figures.target_value, figures.completion_pct,
    figures.is_past_half, figures.time_progress_pct, figures.progress_gap_pp, figures.is_complete,
    figures.note, nullif(concat_ws('；', figures.note, figures.month_note), '') as notes
from mart.zone_indicators as figures
inner join mart.dim_indicator as known using (indicator_code)
where figures.report_month = $month
order by known.ordinal, figures.indicator_code;
