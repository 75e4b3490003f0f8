-- 各单位今年签约的正式合同，资金到位多少（到资率）？
select
    department,
    sum(contract_amount_cny) as contract_cny,
    coalesce(sum(paid_total_cny), 0) as paid_cny,
    round(100 * coalesce(sum(paid_total_cny), 0) / sum(contract_amount_cny), 1) as paid_pct
from mart.projects
where
    signed_on >= '2021-01-01' and contract_type = '正式合同' and stage <> '终止'
    and audit_status = '审核通过' and role = '牵头'
group by department
order by paid_pct desc, department;
