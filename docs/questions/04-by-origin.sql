-- 新引进亿元以上项目，按资金来源地各有几个？
select capital_origin, sum(contribution) as projects
from mart.headline_rows
where report_month = '2021-05-01' and indicator_code = 'ZS03'
group by capital_origin
order by projects desc, capital_origin;
