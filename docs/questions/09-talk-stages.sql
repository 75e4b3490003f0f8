-- 5月底计入指标的在谈项目，洽谈走到哪一步，各有几个、拟投资多少亿元？
select projects.talk_stage, count(*) as projects, sum(counted.contribution) as value
from mart.headline_rows as counted
inner join mart.projects as projects on counted.row_key = projects.project_id
where counted.report_month = '2021-05-01' and counted.indicator_code = 'ZS04a'
group by projects.talk_stage
order by projects desc, projects.talk_stage;
