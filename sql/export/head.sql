-- Whose figures they are, when they were published, and whether the month is closed.
select release.zone_name, release.run_id, release.published_at, months.is_locked, months.locked_at
from mart.release as release
left join mart.months as months on months.report_month = $month;
