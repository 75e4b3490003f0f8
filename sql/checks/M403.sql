-- rule: M403
-- level: cross-month
-- severity: error
-- asks: projects
-- needs: K601
-- zh: 合同投资额、合同类型、签约日期、投资方不得变动，变动须有更正单或补充协议
-- en: contract amount, type, date and investor don't change without a correction or a supplement
-- reason: 合同已签，改动会使已通报的数无从解释。
-- remedy: 请恢复上月的内容；确需变更的，请报送数据更正单，增资的另行填报补充协议。
--
-- The handbook: "contract amount, type, date, investor unchanged without 更正单/补充协议". A
-- correction is looked for as in M402; a supplement is a 补充协议 of the same investor that the
-- department reports this month for the first time (it has its own project number, and its amount is
-- the increase alone). A row that goes back to what stood before last month's unexcused change is
-- not asked: the change has the finding; nor is a framework agreement that has become the contract
-- which X211 asks for, whose terms are settled only then. The later month's row is held back.
with contracts as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id, investor,
        contract_type, contract_amount_cny, signed_on
    from asked_signed_projects
    where project_id is not null
),

months_before as (
    select
        submission_id, report_month, department, project_id, investor, contract_type,
        contract_amount_cny, signed_on
    from contracts
    qualify count(*) over (partition by report_month, department, project_id) = 1
),

followed as (
    select
        contracts.*,
        months_before.submission_id as against,
        months_before.report_month as last_month,
        months_before.investor as last_investor,
        months_before.contract_type as last_type,
        months_before.contract_amount_cny as last_amount_cny,
        months_before.signed_on as last_signed_on
    from contracts
    inner join months_before
        on
            contracts.department = months_before.department
            and contracts.project_id = months_before.project_id
            and months_before.report_month = (contracts.report_month - interval 1 month)::date
    where
        not (
            months_before.contract_type in ('框架协议', '意向协议')
            and contracts.contract_type = '正式合同'
        )
),

-- Values as corrections have them for comparison, and in words.
changes as (
    select
        submission_id, sheet, excel_row, against, report_month, last_month, department, project_id,
        investor, last_investor,
        'contract_amount_cny' as field,
        '合同投资额' as header,
        contract_amount_cny::varchar as value_key,
        last_amount_cny::varchar as last_key,
        plain_wan(contract_amount_cny) as words,
        plain_wan(last_amount_cny) as last_words
    from followed
    where contract_amount_cny <> last_amount_cny
    union all by name
    select
        submission_id, sheet, excel_row, against, report_month, last_month, department, project_id,
        investor, last_investor,
        'contract_type' as field,
        '合同类型' as header,
        contract_type as value_key,
        last_type as last_key,
        contract_type as words,
        last_type as last_words
    from followed
    where contract_type <> last_type
    union all by name
    select
        submission_id, sheet, excel_row, against, report_month, last_month, department, project_id,
        investor, last_investor,
        'signed_on' as field,
        '签约日期' as header,
        signed_on::varchar as value_key,
        last_signed_on::varchar as last_key,
        strftime(signed_on, '%Y-%m-%d') as words,
        strftime(last_signed_on, '%Y-%m-%d') as last_words
    from followed
    where signed_on <> last_signed_on
    union all by name
    select
        submission_id, sheet, excel_row, against, report_month, last_month, department, project_id,
        investor, last_investor,
        'investor' as field,
        '投资方' as header,
        stg.name_key(investor) as value_key,
        stg.name_key(last_investor) as last_key,
        investor as words,
        last_investor as last_words
    from followed
    where stg.name_key(investor) <> stg.name_key(last_investor)
),

corrections as (
    select department, may_correct, row_key, field, report_month, form_month, new_value
    from corrections_in_force
    where return_name = 'signed_projects'
),

supplements as (
    select
        contracts.report_month,
        contracts.department,
        stg.name_key(contracts.investor) as investor_key
    from filed.signed_projects as contracts
    left join filed.signed_projects as last_row
        on
            contracts.department = last_row.department
            and contracts.project_id = last_row.project_id
            and last_row.report_month = (contracts.report_month - interval 1 month)::date
    where contracts.contract_type = '补充协议' and last_row.project_id is null
),

unexcused as (
    select *
    from changes
    where
        not exists (
            select 1
            from corrections
            where
                corrections.row_key = stg.name_key(changes.project_id)
                and corrections.field = changes.field
                and (corrections.may_correct or corrections.department = changes.department)
                and (
                    corrections.report_month = changes.report_month
                    or (
                        corrections.report_month = changes.last_month
                        and corrections.new_value is distinct from stg.name_key(changes.last_key)
                    )
                    or (
                        corrections.form_month = changes.report_month
                        and corrections.report_month < changes.last_month
                    )
                )
        )
        and not exists (
            select 1
            from supplements
            where
                supplements.report_month = changes.report_month
                and supplements.department = changes.department
                and supplements.investor_key in (
                    stg.name_key(changes.investor), stg.name_key(changes.last_investor)
                )
        )
),

judged as (
    select
        *,
        lag(report_month) over same_field = last_month
        and lag(last_key) over same_field = value_key as goes_back
    from unexcused
    window same_field as (partition by department, project_id, field order by report_month)
),

-- To and fro is more than going back once.
told as (
    select
        *,
        coalesce(goes_back, false)
        and not coalesce(
            lag(goes_back) over (
                partition by department, project_id, field
                order by report_month
            ),
            false
        ) as is_told_already
    from judged
)

select
    submission_id,
    sheet,
    excel_row,
    field,
    words as value,
    last_words as proposed,
    against,
    '项目 ' || project_id || ' 的' || header || '由上月的“' || last_words || '”变为“' || words
    || '”，没有更正单或补充协议。' as message
from told
where not is_told_already
