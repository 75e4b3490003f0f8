-- 营商环境任务，各责任单位有几条还在推进，其中几条7月底以前到期，几条5月底已过时限？
select
    lead_dept,
    count(*) filter (where status in ('未启动', '推进中')) as under_way,
    count(*) filter (where status in ('未启动', '推进中') and due_on <= '2021-07-31') as due_soon,
    count(*) filter (where status in ('未启动', '推进中') and due_on <= '2021-05-31') as overdue
from mart.env_measures
where report_month = '2021-05-01'
group by lead_dept
order by overdue desc, due_soon desc, under_way desc, lead_dept;
