-- question: which rows of paid-in funds (03) bring what was paid earlier in the year along?
-- grain: row of paid-in funds with an opening balance, of the versions that count or are turned back for
--   their rows.
-- formula: 本年累计 − 本月 of a project's first row of the year is its opening balance, where the
--   department owed no 03 for the year's earlier months and nobody has filed one of the project.
-- authority: the handbook, from file to figure, a year's turn: a zone that starts in mid-year.
create or replace view int.paid_in_openings as
with payments as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id, paid_month_cny,
        paid_ytd_cny,
        min(report_month) over (partition by project_id, year(report_month)) as first_month,
        count(*) over (partition by project_id, report_month) as rows_count
    from near.paid_in
    where project_id is not null
),

owed as (
    select department, min(from_month) as from_month
    from core.owed
    where return_name = 'paid_in'
    group by department
),

filed as (
    select department, year(report_month) as year, min(report_month) as from_month
    from near.paid_in
    group by department, year(report_month)
)

select
    payments.submission_id,
    payments.sheet,
    payments.excel_row,
    payments.paid_ytd_cny - payments.paid_month_cny as opening_cny
from payments
inner join filed
    on payments.department = filed.department and year(payments.report_month) = filed.year
left join owed on payments.department = owed.department
where
    month(payments.report_month) > 1
    and payments.report_month = payments.first_month
    and payments.rows_count = 1
    and payments.report_month <= least(owed.from_month, filed.from_month)
    and payments.paid_ytd_cny > payments.paid_month_cny;

comment on view int.paid_in_openings is '实到资金月报表中带有年初以来期初数的行：本年累计减本月';
