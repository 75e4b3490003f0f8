-- What was paid in during a month (ZS02), project by project, the largest first, no more than are listed.
select
    department, row_key as project_id, label as project_name, contribution as amount,
    count(*) over () as of_all
from mart.headline_rows
where
    report_month = $month
    and filed_month = $month
    and indicator_code = 'ZS02'
    and contribution <> 0
order by amount desc, project_id, department
limit $most;
