-- The projects that began between two days, by a month's returns: audited, as their lead files them,
-- also those of earlier years' contracts; the newest first, no more than are listed. Of several numbers
-- and leads that tell of one project it is told by its own; each knows how many projects there are of all.
with begun as (
    select
        filed.department, filed.project_id, filed.project_name, filed.started_on,
        filed.contract_amount_cny * 0.00000001 as amount
    from mart.signed_projects as filed
    left join mart.project_ids as ids on filed.project_id = ids.filed_id
    where
        filed.report_month = $month
        and filed.role = '牵头'
        and filed.audit_status = '审核通过'
        and filed.status in ('开工', '在建', '投产')
        and filed.started_on between $since and $until
    qualify
        row_number() over (
            partition by coalesce(ids.project_id, filed.project_id)
            order by
                filed.project_id = ids.project_id desc nulls last, filed.started_on desc,
                amount desc, filed.project_id, filed.department
        ) = 1
)

select department, project_id, project_name, started_on, amount, count(*) over () as of_all
from begun
order by started_on desc, amount desc, project_id
limit $most;
