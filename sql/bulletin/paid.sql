-- What was paid in during a month (ZS02), project by project, whatever departments and numbers tell of one;
-- the largest first, no more than are listed. Each knows how many projects there are of all.
select
    coalesce(ids.project_id, paid.row_key) as project_id,
    string_agg(distinct paid.department, '、' order by paid.department) as department,
    arg_max(paid.label, paid.contribution) as project_name,
    sum(paid.contribution) as amount,
    count(*) over () as of_all
from mart.headline_rows as paid
left join mart.project_ids as ids on paid.row_key = ids.filed_id
where
    paid.report_month = $month
    and paid.filed_month = $month
    and paid.indicator_code = 'ZS02'
group by coalesce(ids.project_id, paid.row_key)
having sum(paid.contribution) <> 0
order by amount desc, project_id
limit $most;
