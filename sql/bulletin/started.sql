-- The projects that began between two days, by a month's returns: audited, as their lead files them,
-- also those of earlier years' contracts; the newest first, no more than are listed.
select
    filed.department, filed.project_id, filed.project_name, filed.started_on,
    filed.contract_amount_cny * 0.00000001 as amount,
    count(*) over () as of_all
from mart.signed_projects as filed
where
    filed.report_month = $month
    and filed.role = '牵头'
    and filed.audit_status = '审核通过'
    and filed.status in ('开工', '在建', '投产')
    and filed.started_on between $since and $until
order by filed.started_on desc, amount desc, filed.project_id
limit $most;
