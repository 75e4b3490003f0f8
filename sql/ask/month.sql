-- A month as a lock finds it: who locked it, and the zone's figures as they are published.
select
    months.report_month,
    locks.locked_by,
    locks.locked_at,
    figures.indicator_code,
    figures.indicator_name,
    figures.value,
    figures.unit,
    figures.completion_pct_rounded
from (select $month::date as report_month) as months
left join core.locks as locks using (report_month)
inner join record.headline_indicators as figures using (report_month)
where figures.until_no is null and figures.department = '全区'
order by figures.indicator_code;
