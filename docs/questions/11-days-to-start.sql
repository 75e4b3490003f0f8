-- 今年签约并已开工的项目，从签约到开工最短、最长、合计多少天？
select count(*) as projects, min(days_to_start), max(days_to_start), sum(days_to_start)
from mart.projects
where signed_on >= '2021-01-01' and started_on is not null and role = '牵头';
