-- rule: C302
-- level: cross-return
-- severity: warning
-- questions: counting
-- asks: projects
-- zh: 自签约累计实到投资额 ≤ 合同投资额
-- en: money paid in since signing does not exceed the contract
-- reason: 到位资金超过合同，多半是金额或单位填错，或者已增资而没有补充协议。
-- remedy: 请核对累计数与合同投资额；确已增资的，请填报补充协议或在备注中说明。
--
-- The handbook: "自签约累计实到 ≤ 合同投资额", the contract as the same department has it in its
-- signed return of that month. Where it isn't there C301 speaks.
with payments as (
    select submission_id, sheet, excel_row, report_month, department, project_id, paid_total_cny
    from asked_paid_in
),

contracts as (
    select submission_id, report_month, department, project_id, contract_amount_cny
    from asked_signed_projects
    where role is distinct from '协办'
    qualify count(*) over (partition by report_month, department, project_id) = 1
)

select
    payments.submission_id,
    payments.sheet,
    payments.excel_row,
    'paid_total_cny' as field,
    plain_wan(payments.paid_total_cny) as value,
    contracts.submission_id as against,
    '自签约累计实到 ' || plain_wan(payments.paid_total_cny) || '，超过合同投资额 '
    || plain_wan(contracts.contract_amount_cny) || '，多出 '
    || plain_wan(payments.paid_total_cny - contracts.contract_amount_cny) || '。' as message
from payments
inner join contracts using (report_month, department, project_id)
where payments.paid_total_cny > contracts.contract_amount_cny
