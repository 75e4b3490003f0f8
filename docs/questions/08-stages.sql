-- 报过的项目（含已终止的）现在各处在什么阶段，各占多少？
select
    stage,
    count(*) as projects,
    round(100.0 * count(*) / sum(count(*)) over (), 1)::decimal(5, 1) as share_pct
from mart.projects
group by stage
order by projects desc, stage;
