-- rule: X210
-- level: cross-field
-- severity: error
-- asks: projects
-- zh: 本月 ≤ 本年累计 ≤ 自签约累计（该项目本年、签约以来没有负数时）
-- en: month ≤ year to date ≤ since contract, where the project has no negative month in that time
-- reason: 累计包含本月。
-- remedy: 请核对三个数；以前月份核减过的，请先报送该月的报表。
--
-- The handbook: "本月 ≤ 本年累计 ≤ 自签约累计 (when the project has no negative month in the year so far,
-- nor since signing for the second part)". It is about one row, but only the project's other months
-- tell whether a correction downwards has broken the order, whichever department filed them. A
-- negative cumulative tells of a negative month as well. The row is held back.
with payments as (
    select
        submission_id, sheet, excel_row, report_month, project_id, paid_month_cny, paid_ytd_cny,
        paid_total_cny,
        lag(submission_id) over (
            partition by project_id order by report_month, submission_id, excel_row
        ) as against,
        coalesce(
            bool_or(paid_month_cny < 0 or paid_ytd_cny < 0) over (
                partition by project_id, year(report_month) order by report_month
            ),
            false
        ) as was_negative_this_year,
        coalesce(
            bool_or(paid_month_cny < 0 or paid_ytd_cny < 0 or paid_total_cny < 0) over (
                partition by project_id order by report_month
            ),
            false
        ) as was_negative
    from asked_paid_in
    where project_id is not null
)

select
    submission_id,
    sheet,
    excel_row,
    'paid_ytd_cny' as field,
    plain_wan(paid_ytd_cny) as value,
    against,
    '本年累计 ' || plain_wan(paid_ytd_cny) || ' 小于本月 ' || plain_wan(paid_month_cny) || '。' as message
from payments
where paid_month_cny > paid_ytd_cny and not was_negative_this_year
union all
select
    submission_id,
    sheet,
    excel_row,
    'paid_total_cny' as field,
    plain_wan(paid_total_cny) as value,
    against,
    '自签约累计 ' || plain_wan(paid_total_cny) || ' 小于本年累计 ' || plain_wan(paid_ytd_cny) || '。'
        as message
from payments
where paid_ytd_cny > paid_total_cny and not was_negative
