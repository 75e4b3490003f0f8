-- question: how far is each project, from the first contact to production, and what has been paid in?
-- grain: project: one number, or several that were decided to be one project.
-- key: project_id.
-- formula: the newest accepted row of the returns of contracts (02) and of talks (04), the lead's before
--   a helper's; of several numbers of one project the one that counts. A formal or supplementary
--   contract says how far the project is, unless it has ended and the project was in talks later; else
--   the talk does; a framework agreement is a talk. A stage lasts until the next one's date, the end, or
--   the end of the month that last told of the project. Paid in since signing is what the newest audited
--   row of each of its numbers says (03).
-- authority: the handbook, stages; counting rules; from file to figure, decisions; 项目全周期.
create or replace view mart.projects as
with same as (
    select
        decided.project_id,
        decided.canonical_id,
        min(filings.first_arrival_no) filter (where filings.return_name = 'signed_projects')
            as contract_arrival_no,
        min(filings.first_arrival_no) filter (where filings.return_name = 'pipeline_projects')
            as talk_arrival_no
    from core.same_projects as decided
    left join core.first_filings as filings
        on decided.project_id = filings.project_id and filings.role = '牵头'
    group by decided.project_id, decided.canonical_id
),

-- The newest row of a number, the lead's before a helper's, by a number that is least: what rows say in
-- words is looked at of the newest alone.
contract_numbers as (
    select
        project_id,
        max(report_month) as last_month,
        min(stg.newness(role, report_month)) as newness
    from mart.signed_projects
    where project_id is not null
    group by project_id
),

known_contracts as (
    select
        coalesce(same.canonical_id, contract_numbers.project_id) as one_id,
        list(contract_numbers.project_id) as project_ids,
        max(contract_numbers.last_month) as last_month,
        min(contract_numbers.newness) as newness
    from contract_numbers
    left join same using (project_id)
    group by one_id
),

newest_contracts as (
    select
        coalesce(same.canonical_id, filed.project_id) as one_id,
        arg_min(
            {
                'report_month': filed.report_month,
                'department': filed.department,
                'project_id': filed.project_id,
                'project_name': filed.project_name,
                'investor': filed.investor,
                'investor_type': filed.investor_type,
                'capital_origin': filed.capital_origin,
                'sector': filed.sector,
                'chain': filed.chain,
                'contract_type': filed.contract_type,
                'nature': filed.nature,
                'role': filed.role,
                'audit_status': filed.audit_status,
                'contract_amount_cny': filed.contract_amount_cny,
                'status': filed.status,
                'signed_on': filed.signed_on,
                'started_on': filed.started_on,
                'operating_on': filed.operating_on,
                'ended_on': filed.ended_on,
                'is_contract': coalesce(filed.contract_type in ('正式合同', '补充协议'), false)
            },
            row(
                filed.signed_on,
                same.contract_arrival_no,
                filed.project_id,
                filed.submission_id,
                filed.sheet,
                filed.excel_row
            )
        ) as newest
    from mart.signed_projects as filed
    left join same using (project_id)
    inner join known_contracts
        on
            coalesce(same.canonical_id, filed.project_id) = known_contracts.one_id
            and stg.newness(filed.role, filed.report_month) = known_contracts.newness
    group by all
),

contracts as (
    select
        known_contracts.one_id,
        known_contracts.project_ids,
        known_contracts.last_month,
        newest_contracts.newest
    from known_contracts
    inner join newest_contracts using (one_id)
),

talk_numbers as (
    select
        project_id,
        max(report_month) as last_month,
        min(stg.newness(role, report_month)) as newness
    from mart.pipeline_projects
    where project_id is not null
    group by project_id
),

known_talks as (
    select
        coalesce(same.canonical_id, talk_numbers.project_id) as one_id,
        list(talk_numbers.project_id) as project_ids,
        max(talk_numbers.last_month) as last_month,
        min(talk_numbers.newness) as newness
    from talk_numbers
    left join same using (project_id)
    group by one_id
),

newest_talks as (
    select
        coalesce(same.canonical_id, filed.project_id) as one_id,
        arg_min(
            {
                'report_month': filed.report_month,
                'department': filed.department,
                'project_id': filed.project_id,
                'project_name': filed.project_name,
                'investor': filed.investor,
                'capital_origin': filed.capital_origin,
                'sector': filed.sector,
                'role': filed.role,
                'audit_status': filed.audit_status,
                'planned_amount_cny': filed.planned_amount_cny,
                'talk_stage': filed.talk_stage,
                'status': filed.status,
                'first_contact_on': filed.first_contact_on
            },
            row(
                filed.first_contact_on,
                same.talk_arrival_no,
                filed.project_id,
                filed.submission_id,
                filed.sheet,
                filed.excel_row
            )
        ) as newest
    from mart.pipeline_projects as filed
    left join same using (project_id)
    inner join known_talks
        on
            coalesce(same.canonical_id, filed.project_id) = known_talks.one_id
            and stg.newness(filed.role, filed.report_month) = known_talks.newness
    group by all
),

talks as (
    select
        known_talks.one_id,
        known_talks.project_ids,
        known_talks.last_month,
        newest_talks.newest
    from known_talks
    inner join newest_talks using (one_id)
),

paid_numbers as (
    select project_id, max(report_month) as last_month
    from mart.paid_in
    where audit_status = '审核通过' and project_id is not null
    group by project_id
),

newest_payments as (
    select
        filed.project_id,
        paid_numbers.last_month,
        arg_max(
            {
                'department': filed.department,
                'project_id': filed.project_id,
                'project_name': filed.project_name,
                'paid_total_cny': filed.paid_total_cny
            },
            row(filed.submission_id, filed.sheet, filed.excel_row)
        ) as newest
    from mart.paid_in as filed
    inner join paid_numbers
        on filed.project_id = paid_numbers.project_id and filed.report_month = paid_numbers.last_month
    where filed.audit_status = '审核通过'
    group by all
),

payments as (
    select
        coalesce(same.canonical_id, newest_payments.project_id) as one_id,
        list(newest_payments.project_id) as project_ids,
        max(newest_payments.last_month) as last_month,
        arg_max(
            newest_payments.newest, row(newest_payments.last_month, newest_payments.project_id)
        ) as newest,
        sum(newest_payments.newest.paid_total_cny) as paid_total_cny
    from newest_payments
    left join same using (project_id)
    group by one_id
),

joined as (
    select
        list_distinct(
            coalesce(contracts.project_ids, []) || coalesce(talks.project_ids, [])
            || coalesce(payments.project_ids, [])
        ) as project_ids,
        greatest(contracts.last_month, talks.last_month, payments.last_month) as last_report_month,
        coalesce(contracts.newest.is_contract, false) and not (
            contracts.newest.status = '终止'
            and talks.newest.status is not distinct from '在谈'
            and talks.newest.report_month > contracts.newest.report_month
        ) as is_signed,
        contracts.newest as contracts,
        talks.newest as talks,
        payments.newest as payments,
        payments.paid_total_cny
    from contracts
    full outer join talks using (one_id)
    full outer join payments using (one_id)
),

staged as (
    select
        project_ids,
        last_report_month,
        contracts,
        talks,
        payments,
        paid_total_cny,
        is_signed,
        last_day(last_report_month) as known_until,
        is_signed or talks.project_id is null as is_told_by_contract,
        case
            when is_signed then contracts.status
            when talks.status = '已终止' then '终止'
            when talks.status = '已转签约' then '签约'
            when talks.status is not null then '在谈'
            when contracts.status = '终止' then '终止'
            when contracts.status is not null then '在谈'
        end as stage
    from joined
),

timed as (
    select
        project_ids,
        last_report_month,
        contracts,
        talks,
        payments,
        paid_total_cny,
        is_told_by_contract,
        stage,
        known_until - case
            when stage = '在谈' then talks.first_contact_on
            when stage in ('签约', '注册') then contracts.signed_on
            when stage in ('开工', '在建') then contracts.started_on
            when stage = '投产' then contracts.operating_on
        end as days_in_stage,
        case
            when is_signed then contracts.signed_on - talks.first_contact_on
            when stage = '在谈' then known_until - talks.first_contact_on
        end as days_in_talks,
        case
            when is_signed
                then
                    coalesce(contracts.started_on, contracts.ended_on, known_until)
                    - contracts.signed_on
        end as days_to_start,
        case
            when is_signed
                then
                    coalesce(contracts.operating_on, contracts.ended_on, known_until)
                    - contracts.started_on
        end as days_building,
        case
            when is_signed
                then coalesce(contracts.ended_on, known_until) - contracts.operating_on
        end as days_operating
    from staged
)

select
    coalesce(
        if(is_told_by_contract, contracts.project_id, talks.project_id), payments.project_id
    ) as project_id, -- 项目编号；几个编号认定为同一项目的，为计入指标的那个
    coalesce(
        if(is_told_by_contract, contracts.project_name, talks.project_name), payments.project_name
    ) as project_name, -- 项目名称，最近一次所报
    coalesce(
        if(is_told_by_contract, contracts.department, talks.department), payments.department
    ) as department, -- 牵头单位；只有协办单位报过的为协办单位
    coalesce(
        if(is_told_by_contract, contracts.investor, talks.investor), contracts.investor
    ) as investor, -- 投资方
    coalesce(
        if(is_told_by_contract, contracts.sector, talks.sector), contracts.sector
    ) as sector, -- 产业类别
    contracts.chain, -- 主导产业；在谈的为空
    coalesce(
        if(is_told_by_contract, contracts.capital_origin, talks.capital_origin),
        contracts.capital_origin
    ) as capital_origin, -- 资金来源地
    contracts.nature, -- 项目性质；在谈的为空
    contracts.contract_type, -- 合同类型；没有签过的为空
    contracts.investor_type, -- 投资方类型；在谈的为空
    if(is_told_by_contract, contracts.role, talks.role) as role, -- 引资角色：牵头、协办
    if(is_told_by_contract, contracts.audit_status, talks.audit_status) as audit_status, -- 审核状态；只有审核通过的计入指标
    stage, -- 阶段：在谈、签约、注册、开工、在建、投产、终止；框架协议和意向协议属在谈；只报过到资的为空
    if(stage = '在谈', talks.talk_stage, null) as talk_stage, -- 洽谈阶段；不在谈的为空
    talks.first_contact_on, -- 首次对接日期；没有报过在谈的为空
    contracts.signed_on, -- 签约日期；没有签过的为空
    contracts.started_on, -- 开工日期
    contracts.operating_on, -- 投产日期
    contracts.ended_on, -- 合同终止日期；洽谈终止的没有日期，为空
    if(days_in_stage < 0, 0, days_in_stage) as days_in_stage, -- 在现阶段的天数，算到最近一次所报月份的月末（注册没有日期，从签约算，在建从开工算）；终止的为空
    if(days_in_talks < 0, 0, days_in_talks) as days_in_talks, -- 洽谈天数：首次对接到签约；仍在谈的算到最近月末
    if(days_to_start < 0, 0, days_to_start) as days_to_start, -- 签约到开工的天数；未开工的算到终止或最近月末；先建后签的为0
    days_building, -- 开工到投产的天数；未投产的算到终止或最近月末；未开工的为空
    days_operating, -- 投产以来的天数，算到终止或最近月末；未投产的为空
    contracts.contract_amount_cny, -- 合同投资额（元）；没有签过的为空；补充协议只是增加的部分
    talks.planned_amount_cny, -- 拟投资额（元），最近一次在谈所报；没有报过在谈的为空
    paid_total_cny, -- 自签约累计实到投资额（元），最近一次审核通过所报；没有报过到资的为空
    last_report_month, -- 最近一次所报的月份，当月第一天
    nullif(
        array_to_string(
            list_sort(
                list_filter(
                    project_ids,
                    lambda one:
                        one <> coalesce(
                            if(is_told_by_contract, contracts.project_id, talks.project_id),
                            payments.project_id
                        )
                )
            ),
            '、'
        ),
        ''
    ) as other_ids -- 认定为同一项目的其他编号
from timed;

comment on view mart.projects is '项目：每个项目一行，最近的状态、各阶段日期和天数、合同额、拟投资额、到资';
