-- rule: C303
-- level: cross-return
-- severity: warning
-- questions: counting
-- asks: projects
-- zh: 签约日期之前不应有到位资金
-- en: no money is paid in before the contract is signed
-- reason: 签约以前的资金不是这份合同的到位资金。
-- remedy: 请核对签约日期和资金到位的月份；确系签约前到位的，请在备注中说明。
--
-- The handbook: "money before 签约日期". Money is dated by months only, so it is before the
-- contract where
--   1. a month that ended before the day of signing has a payment, or
--   2. since signing there is more money than the months from the signing month on have brought,
--      judged where the department's 03 of all those months is there.
-- The day of signing is that of the month's own 02, else of the first later one. 2 is said once, in
-- the first month that shows it, and not where 1 has said it.
with payments as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id, paid_month_cny,
        paid_total_cny
    from asked_paid_in
    where project_id is not null
    qualify count(*) over (partition by report_month, department, project_id) = 1
),

contracts as (
    select
        report_month,
        project_id,
        min(signed_on) as signed_on,
        arg_min(submission_id, (signed_on, submission_id)) as against
    from asked_signed_projects
    where role is distinct from '协办' and signed_on is not null
    group by report_month, project_id
),

-- The department's months that have an accepted 03, numbered: no gap where numbers and months agree.
returns as (
    select
        department,
        report_month,
        row_number() over (partition by department order by report_month) as place
    from core.submissions
    where is_current and return_name = 'paid_in'
),

-- Of the 02 of the month or of the months after it, the first that has the project.
dated as (
    select
        payments.*,
        contracts.signed_on,
        date_trunc('month', contracts.signed_on)::date as signed_in,
        contracts.against
    from payments
    asof inner join contracts
        on
            payments.project_id = contracts.project_id
            and payments.report_month <= contracts.report_month
),

since_signing as (
    select
        dated.submission_id,
        dated.sheet,
        dated.excel_row,
        sum(later.paid_month_cny) as paid_cny
    from dated
    inner join payments as later
        on
            dated.department = later.department
            and dated.project_id = later.project_id
            and later.report_month between dated.signed_in and dated.report_month
    group by dated.submission_id, dated.sheet, dated.excel_row
),

judged as (
    select
        dated.*,
        dated.paid_month_cny > 0 and last_day(dated.report_month) < dated.signed_on as is_early,
        case
            when
                until_now.place - from_signing.place
                = date_diff('month', dated.signed_in, dated.report_month)
                then dated.paid_total_cny - since_signing.paid_cny
        end as before_cny
    from dated
    left join since_signing using (submission_id, sheet, excel_row)
    left join returns as until_now
        on dated.department = until_now.department and dated.report_month = until_now.report_month
    left join returns as from_signing
        on dated.department = from_signing.department and dated.signed_in = from_signing.report_month
),

told as (
    select
        *,
        bool_or(is_early) over same_project as has_early,
        lag(before_cny > 0) over same_project
        and lag(signed_on) over same_project = signed_on as is_known
    from judged
    window same_project as (partition by department, project_id order by report_month)
)

select
    submission_id,
    sheet,
    excel_row,
    case when is_early then 'paid_month_cny' else 'paid_total_cny' end as field,
    plain_wan(case when is_early then paid_month_cny else paid_total_cny end) as value,
    against,
    case
        when is_early
            then
                strftime(report_month, '%Y-%m') || ' 到位 ' || plain_wan(paid_month_cny)
                || '，早于签约日期 ' || strftime(signed_on, '%Y-%m-%d') || '。'
        else
            '自签约累计实到 ' || plain_wan(paid_total_cny) || ' 中有 ' || plain_wan(before_cny)
            || ' 是签约月份以前到位的，签约日期为 ' || strftime(signed_on, '%Y-%m-%d') || '。'
    end as message
from told
where is_early or (before_cny > 0 and not has_early and not coalesce(is_known, false))
