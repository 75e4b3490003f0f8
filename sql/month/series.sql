-- The zone's headline figures of every month up to one, by figure and month, each with what it had the
-- month before (`before`) and what has changed since (`change`): of the year to date that is the month's
-- own part, of what there is at the month's end the difference; null where one of the two is not known.
with beside_the_month_before as (
    select
        figures.report_month, figures.indicator_code, figures.indicator_name, figures.unit,
        known.ordinal, known.places, known.is_stock, known.has_target, figures.value,
        figures.month_value, figures.month_note, figures.target_value, figures.completion_pct,
        figures.completion_pct_rounded, figures.is_past_half, figures.time_progress_pct,
        figures.progress_gap_pp, figures.is_complete, figures.note,
        case
            when
                lag(figures.report_month) over one_figure
                = (figures.report_month - interval 1 month)::date
                then lag(figures.value) over one_figure
        end as value_before
    from mart.zone_indicators as figures
    inner join mart.dim_indicator as known using (indicator_code)
    where figures.report_month <= $month
    window one_figure as (partition by figures.indicator_code order by figures.report_month)
)

select
    report_month, indicator_code, indicator_name, unit, places, is_stock, has_target, value,
    case
        when is_stock or month(report_month) > 1 then value_before
        when value is not null then 0
    end::decimal(38, 12) as before,
    case when is_stock then value - value_before else month_value end::decimal(38, 12) as change,
    case when not is_stock then month_note when value_before is null then '上月没有数' end as change_note,
    target_value, completion_pct, completion_pct_rounded, is_past_half, time_progress_pct,
    progress_gap_pp, is_complete, note
from beside_the_month_before
order by ordinal, indicator_code, report_month;
