-- 急难愁盼问题，各承办单位承办几件、办结几件？
select
    handler,
    count(distinct problem_no) as problems,
    count(distinct problem_no) filter (where status = '办结') as closed
from mart.problem_ledger
where report_month between '2021-01-01' and '2021-05-01'
group by handler
order by problems desc, handler;
