-- 5月底计入指标的在谈项目，洽谈走到哪一步，各有几个、拟投资多少亿元？
select talks.talk_stage, count(*) as projects, sum(counted.contribution) as value
from mart.headline_rows as counted
inner join mart.pipeline_projects as talks
    on
        counted.submission_id = talks.submission_id
        and counted.sheet = talks.sheet
        and counted.excel_row = talks.excel_row
where counted.report_month = '2021-05-01' and counted.indicator_code = 'ZS04a'
group by talks.talk_stage
order by projects desc, talks.talk_stage;
