-- rule: M410
-- level: cross-month
-- severity: error
-- asks: projects
-- zh: 1月的本年累计 = 本月
-- en: January's cumulative of the year is the month itself
-- reason: 年初须从零起算，带着上年累计会把上年的资金算进今年。
-- remedy: 请把1月的本年累计改为与本月相同。
--
-- The handbook: "January 累计 = 本月 (year rollover)". Only the year's cumulative begins anew.
with payments as (
    select submission_id, sheet, excel_row, report_month, paid_month_cny, paid_ytd_cny
    from asked_paid_in
)

select
    submission_id,
    sheet,
    excel_row,
    'paid_ytd_cny' as field,
    plain_wan(paid_ytd_cny) as value,
    plain_wan(paid_month_cny) as proposed,
    '1月的本年累计应等于本月 ' || plain_wan(paid_month_cny) || '，填的是 ' || plain_wan(paid_ytd_cny) || '。'
        as message
from payments
where month(report_month) = 1 and paid_ytd_cny <> paid_month_cny
