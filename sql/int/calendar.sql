-- question: which months have figures, when do they end, and how much of the year is over then?
-- grain: month.
-- formula: time progress is month ÷ 12 or day of the year ÷ days of the year at month end, × 100,
--   in whole numbers, cut off after ten places.
-- authority: the handbook, progress against time: 5/12 = 41.67 % by default, 151/365 selectable.
create or replace view int.calendar as
with ends as (
    select
        report_month,
        last_day(report_month) as ends_on,
        date_trunc('year', report_month)::date as year_starts_on,
        (date_trunc('year', report_month) + interval 1 year - interval 1 day)::date as year_ends_on
    from core.months
)

select
    ends.report_month,
    ends.ends_on,
    ends.year_starts_on,
    year(ends.report_month) as year,
    case coalesce(dated.time_basis, zone.readings_time_basis)
        when 'day'
            then stg.ratio_pct(dayofyear(ends.ends_on), dayofyear(ends.year_ends_on))
        else stg.ratio_pct(month(ends.report_month), 12)
    end as time_progress_pct
from ends
cross join core.zone as zone
left join core.dated_readings as dated on year(ends.report_month) = dated.year;

comment on view int.calendar is '有数字的月份：月末、所在年份、序时进度';
