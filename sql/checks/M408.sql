-- rule: M408
-- level: cross-month
-- severity: warning
-- asks: projects
-- zh: 本月实到资金异常大：超过以前各月平均的3倍，或超过本单位全年实到任务的一半
-- en: a month's payment is more than 3 times the mean of earlier ones, or than half the annual target
-- reason: 突然放大的资金多半是单位或累计填错，也可能是虚报。
-- remedy: 请核对金额、计量单位和凭证；数字无误的，请在备注中说明。
--
-- The handbook: "03: 本月 > 3 × the mean of at least 3 earlier months of that project with a payment,
-- or > half of its unit's annual ZS02 target". The first is compared with what came before and
-- therefore says nothing where the department's 03 of the month before isn't accepted; the
-- second needs the target in force that month alone.
with payments as (
    select submission_id, sheet, excel_row, report_month, department, project_id, paid_month_cny
    from asked_paid_in
    where project_id is not null
),

returns as (
    select department, (report_month + interval 1 month)::date as next_month
    from core.submissions
    where is_current and return_name = 'paid_in'
),

targets as (
    select report_month, department, target_value
    from int.targets_in_force
    where indicator_code = 'ZS02' and target_value > 0
),

history as (
    select
        payments.*,
        count(*) filter (where paid_month_cny > 0) over earlier as earlier_months,
        sum(paid_month_cny) filter (where paid_month_cny > 0) over earlier as earlier_cny
    from payments
    window earlier as (
        partition by project_id
        order by report_month, submission_id, excel_row
        rows between unbounded preceding and 1 preceding
    )
),

judged as (
    select
        history.*,
        targets.target_value,
        returns.department is not null
        and history.earlier_months >= 3
        and history.paid_month_cny * history.earlier_months > 3 * history.earlier_cny as is_above_mean,
        coalesce(
            history.paid_month_cny * 2 > targets.target_value * 100000000, false
        ) as is_above_half
    from history
    left join returns
        on history.department = returns.department and history.report_month = returns.next_month
    left join targets
        on history.department = targets.department and history.report_month = targets.report_month
)

select
    submission_id,
    sheet,
    excel_row,
    'paid_month_cny' as field,
    plain_wan(paid_month_cny) as value,
    '本月实到 ' || plain_wan(paid_month_cny) || '，'
    || concat_ws(
        '，并且',
        if(
            is_above_mean,
            '超过以前' || earlier_months || '个有到位资金的月份平均数的3倍（合计 ' || plain_wan(earlier_cny)
            || '）',
            null
        ),
        if(
            is_above_half,
            '超过' || department || '全年实到任务 ' || plain_number(target_value) || '亿元的一半',
            null
        )
    )
    || '。' as message
from judged
where is_above_mean or is_above_half
