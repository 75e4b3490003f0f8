-- 今年的实到投资额，各产业类别各有多少亿元？
select projects.sector, sum(counted.contribution) as value
from mart.headline_rows as counted
inner join mart.project_ids as ids on counted.row_key = ids.filed_id
inner join mart.projects as projects on ids.project_id = projects.project_id
where counted.report_month = '2021-05-01' and counted.indicator_code = 'ZS02'
group by projects.sector
order by value desc, projects.sector;
