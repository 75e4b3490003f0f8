-- 今年的合同投资额，各产业类别各有多少亿元、几个合同？
select sector, sum(contribution) as value, count(*) as contracts
from mart.headline_rows
where report_month = '2021-05-01' and indicator_code = 'ZS01'
group by sector
order by value desc, sector;
