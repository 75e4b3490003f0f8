-- rule: M405
-- level: cross-month
-- severity: error
-- asks: projects
-- zh: 累计 = 上月累计 + 本月（本年累计和自签约累计都是）
-- en: a cumulative is last month's plus this month, of the year and since signing
-- reason: 累计接不上，说明有一个月漏填、错填或重填。
-- remedy: 请核对上月累计、本月数和本月累计；以前月份填错的，请报送数据更正单。
--
-- The handbook: "累计 = last 累计 + 本月 (both cumulatives)". The year's begins anew in January
-- (M410); a project that the year's months had not before began with 0 where the department's 03 of
-- the month before is accepted. Where the sum agrees with the month before the last, it is last
-- month's row that is wrong, and has the finding. The later month's row is held back. A
-- first row with an opening balance (int.paid_in_openings) says so.
with payments as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id, paid_month_cny,
        paid_ytd_cny, paid_total_cny
    from asked_paid_in
    where project_id is not null
),

returns as (
    select department, report_month, submission_id
    from core.submissions
    where is_current and return_name = 'paid_in'
),

months_before as (
    select submission_id, report_month, project_id, paid_month_cny, paid_ytd_cny, paid_total_cny
    from payments
    qualify count(*) over (partition by report_month, project_id) = 1
),

begun as (
    select project_id, year(report_month) as year, min(report_month) as first_month
    from payments
    group by project_id, year(report_month)
),

followed as (
    select
        payments.*,
        coalesce(last_row.submission_id, returns.submission_id) as against,
        case
            when month(payments.report_month) = 1 then null
            when last_row.project_id is not null then last_row.paid_ytd_cny
            when begun.first_month = payments.report_month and returns.department is not null then 0
        end as last_ytd_cny,
        last_row.paid_total_cny as last_total_cny,
        last_row.paid_month_cny as last_month_cny,
        -- January's own cumulative has nothing before it.
        if(month(payments.report_month) = 2, 0, row_before.paid_ytd_cny) as ytd_before_cny,
        row_before.paid_total_cny as total_before_cny
    from payments
    inner join begun
        on payments.project_id = begun.project_id and year(payments.report_month) = begun.year
    left join months_before as last_row
        on
            payments.project_id = last_row.project_id
            and last_row.report_month = (payments.report_month - interval 1 month)::date
    left join months_before as row_before
        on
            payments.project_id = row_before.project_id
            and row_before.report_month = (payments.report_month - interval 2 month)::date
    left join returns
        on
            payments.department = returns.department
            and returns.report_month = (payments.report_month - interval 1 month)::date
),

compared as (
    select
        submission_id, sheet, excel_row, against,
        'paid_ytd_cny' as field,
        '本年累计' as header,
        paid_month_cny,
        paid_ytd_cny as paid_cny,
        last_ytd_cny as last_cny,
        last_month_cny,
        ytd_before_cny as before_cny
    from followed
    union all by name
    select
        submission_id, sheet, excel_row, against,
        'paid_total_cny' as field,
        '自签约累计' as header,
        paid_month_cny,
        paid_total_cny as paid_cny,
        last_total_cny as last_cny,
        last_month_cny,
        total_before_cny as before_cny
    from followed
)

select
    submission_id,
    sheet,
    excel_row,
    field,
    plain_wan(paid_cny) as value,
    plain_wan(last_cny + paid_month_cny) as proposed,
    against,
    'error' as severity,
    header || '应为 ' || plain_wan(last_cny + paid_month_cny) || '（上月累计 ' || plain_wan(last_cny)
    || ' + 本月 ' || plain_wan(paid_month_cny) || '），填的是 ' || plain_wan(paid_cny) || '。' as message
from compared
where
    paid_cny <> last_cny + paid_month_cny
    and not coalesce(paid_cny = before_cny + last_month_cny + paid_month_cny, false)
union all
select
    payments.submission_id,
    payments.sheet,
    payments.excel_row,
    'paid_ytd_cny' as field,
    plain_wan(payments.paid_ytd_cny) as value,
    null as proposed,
    null as against,
    'info' as severity,
    '本年累计减本月的 ' || plain_wan(openings.opening_cny)
    || ' 是年初以来的期初数，随本行计入本年的实到投资额。' as message
from payments
inner join int.paid_in_openings as openings using (submission_id, sheet, excel_row)
