-- 今年的合同投资额，按投资方类型各有多少亿元？
select coalesce(investor_type, '未填') as investor_type, sum(contribution) as value
from mart.headline_rows
where report_month = '2021-05-01' and indicator_code = 'ZS01'
group by all
order by value desc, investor_type;
