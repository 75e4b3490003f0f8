-- rule: C304
-- level: cross-return
-- severity: warning
-- asks: projects
-- zh: 开工满两个月的项目应有到位资金
-- en: a project that started two months ago has some money paid in
-- reason: 真正开工的项目不会没有资金投入；没有资金的开工多半填早了。
-- remedy: 请核对开工日期；资金已到位的，请填报实到资金月报表；确无资金的，请在备注中说明。
--
-- The handbook: "开工日期 + 2 calendar months ≤ period end, nothing paid in so far". Asked of the
-- lead department's rows of contracts that have not ended, and only where its 03 of the month is
-- accepted: else it isn't known what has been paid. Said once a year for a project; not of one that
-- started before the first month on file: what was paid then is on no file.
with contracts as (
    select submission_id, sheet, excel_row, report_month, department, project_id, started_on
    from asked_signed_projects
    where
        role is distinct from '协办'
        and status is distinct from '终止'
        and started_on + interval 2 month <= last_day(report_month)
),

returns as (
    select department, report_month, submission_id
    from core.submissions
    where is_current and return_name = 'paid_in'
),

on_file as (
    select min(report_month) as first_month
    from core.months
),

paid as (
    select project_id, min(report_month) as first_month
    from asked_paid_in
    where paid_month_cny > 0 or paid_total_cny > 0
    group by project_id
)

select
    contracts.submission_id,
    contracts.sheet,
    contracts.excel_row,
    'started_on' as field,
    strftime(contracts.started_on, '%Y-%m-%d') as value,
    returns.submission_id as against,
    '开工日期 ' || strftime(contracts.started_on, '%Y-%m-%d') || '，到 '
    || strftime(last_day(contracts.report_month), '%Y-%m-%d')
    || ' 已满两个月，实到资金月报表中至今没有这个项目的资金。' as message
from contracts
inner join returns using (report_month, department)
left join paid using (project_id)
cross join on_file
where
    (paid.first_month is null or paid.first_month > contracts.report_month)
    and coalesce(contracts.started_on >= on_file.first_month, true)
qualify
    row_number() over (
        partition by contracts.project_id, year(contracts.report_month)
        order by contracts.report_month, contracts.submission_id, contracts.excel_row
    ) = 1
