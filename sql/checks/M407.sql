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
-- the reporting department has no accepted 02 of the month before, which may have had it. Signed in an
-- earlier year it counts in no year: that year's list lacks it, this year's counts what was signed
-- this year.
with contracts as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id, nature, signed_on,
        contract_amount_cny, year(signed_on) < year(report_month) as is_of_earlier_year,
        make_date(year(signed_on), 12, 1) as last_month,
        min(report_month) over (partition by project_id) as first_month
    from asked_signed_projects
    where project_id is not null
),

locks as (
    select report_month
    from core.locks
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
    || strftime(contracts.report_month, '%Y-%m') || ' 才首次填报，属补报'
    || case
        when contracts.is_of_earlier_year
            then
                coalesce('；合同额 ' || plain_wan(contracts.contract_amount_cny) || ' ', '，')
                || '不计入任何一年的合同投资额'
        else ''
    end
    || '。' as message,
    case
        when contracts.is_of_earlier_year
            then
                '请核对签约日期；确于' || year(contracts.signed_on) || '年签约的，'
                || if(locks.report_month is null, '', '该年12月已锁定，请先解锁，')
                || '请重报' || year(contracts.signed_on) || '年12月的签约项目月报表，补入该项目。'
    end as suggestion
from contracts
left join locks on contracts.last_month = locks.report_month
inner join returns
    on contracts.department = returns.department and contracts.report_month = returns.next_month
where
    contracts.report_month = contracts.first_month
    and contracts.signed_on < contracts.report_month
    and contracts.nature is distinct from '续建'
