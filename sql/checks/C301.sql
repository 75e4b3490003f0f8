-- rule: C301
-- level: cross-return
-- severity: error
-- asks: projects
-- zh: 有到位资金的项目，须由同一单位牵头列在当月签约项目月报表中
-- en: a project with paid-in money is in the same department's signed return of that month, as lead
-- reason: 实到资金是合同的到位资金，没有合同的资金无从认定，也只归牵头单位。
-- remedy: 请核对项目编号；确已签约的，请补报当月签约项目月报表；由其他单位牵头的，由牵头单位填报资金。
--
-- The handbook: "paid-in project is in the signed return of that month, same lead unit (not judged
-- while that unit's 02 of the month is not accepted)". A row whose role could not be read is taken
-- for the lead's: it has its own finding. The paid-in row is held back.
with payments as (
    select submission_id, sheet, excel_row, report_month, department, project_id
    from asked_paid_in
    where project_id is not null
),

contracts as (
    select report_month, department, project_id, role is distinct from '协办' as is_lead
    from asked_signed_projects
    where project_id is not null
),

returns as (
    select department, report_month, submission_id
    from core.submissions
    where is_current and return_name = 'signed_projects'
),

-- Few of very many: what others tell of a project is gathered for these alone.
without_contract as (
    select payments.*, returns.submission_id as against
    from payments
    inner join returns using (report_month, department)
    where not exists (
        select 1
        from contracts
        where
            contracts.is_lead
            and contracts.report_month = payments.report_month
            and contracts.department = payments.department
            and contracts.project_id = payments.project_id
    )
),

of_the_same as (
    select report_month, department, project_id, is_lead
    from contracts
    where (report_month, project_id) in (select (report_month, project_id) from without_contract)
),

own as (
    select distinct report_month, department, project_id
    from of_the_same
),

leads as (
    select report_month, project_id, string_agg(distinct department, '、' order by department) as names
    from of_the_same
    where is_lead
    group by report_month, project_id
)

select
    payments.submission_id,
    payments.sheet,
    payments.excel_row,
    'project_id' as field,
    payments.project_id as value,
    payments.against,
    case
        when leads.names is not null
            then
                '项目 ' || payments.project_id || ' 当月由' || leads.names || '牵头，'
                || payments.department
                || case when own.project_id is null then '的签约项目月报表中没有' else '是协办单位' end
                || '，到位资金应由牵头单位填报。'
        when own.project_id is not null
            then
                '项目 ' || payments.project_id || ' 在' || payments.department
                || '当月的签约项目月报表中是协办，没有单位牵头。'
        else
            '项目 ' || payments.project_id || ' 不在' || payments.department || ' '
            || strftime(payments.report_month, '%Y-%m') || ' 的签约项目月报表中。'
    end as message
from without_contract as payments
left join own using (report_month, department, project_id)
left join leads using (report_month, project_id)
