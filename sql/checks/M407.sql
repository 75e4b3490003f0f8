-- rule: M407
-- level: cross-month
-- severity: warning
-- asks: projects
-- zh: 签约月份早于首次填报的月份，属补报，须说明（续建项目除外）
-- en: a contract signed in an earlier month than its first report is a late report (not carried-over ones)
-- reason: 补报会使以前月份的合同额事后增加。
-- remedy: 请核对签约日期；确系补报的，请在备注中说明原因。
--
-- The handbook: "签约日期 in an earlier month than first report (补报); not for 续建". The first report
-- is the first month in which any department has the project in its 02; it is not judged where
-- the reporting department has no accepted 02 of the month before, which may have had it.
with contracts as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id, nature, signed_on,
        min(report_month) over (partition by project_id) as first_month
    from asked_signed_projects
    where project_id is not null
),

returns as (
    select department, (report_month + interval 1 month)::date as next_month
    from core.submissions
    where is_current and return_name = 'signed_projects'
)

select
    contracts.submission_id,
    contracts.sheet,
    contracts.excel_row,
    'signed_on' as field,
    strftime(contracts.signed_on, '%Y-%m-%d') as value,
    '项目 ' || contracts.project_id || ' 于 ' || strftime(contracts.signed_on, '%Y-%m-%d') || ' 签约，到 '
    || strftime(contracts.report_month, '%Y-%m') || ' 才首次填报，属补报。' as message
from contracts
inner join returns
    on contracts.department = returns.department and contracts.report_month = returns.next_month
where
    contracts.report_month = contracts.first_month
    and contracts.signed_on < contracts.report_month
    and contracts.nature is distinct from '续建'
