-- The departments' headline figures of a month: departments and figures in their order.
select
    figures.department, figures.indicator_code, figures.unit, figures.value,
    figures.target_value, figures.completion_pct, figures.is_past_half, figures.progress_gap_pp,
    figures.rank, figures.is_complete
from mart.department_indicators as figures
left join mart.dim_department as departments using (department)
left join mart.dim_indicator as indicators using (indicator_code)
where figures.report_month = $month
order by departments.ordinal, figures.department, indicators.ordinal, figures.indicator_code;
