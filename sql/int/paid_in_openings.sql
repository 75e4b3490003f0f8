-- question: which rows of paid-in funds (03) bring what was paid earlier in the year along?
-- grain: row of paid-in funds with an opening balance, of the versions that count or are turned back for
--   their rows.
-- formula: 本年累计 − 本月 of a project's first row of the year is its opening balance, where the
--   department, which owes 03, owed none for the year's earlier months, nor filed one, and nobody has
--   filed one of the project. Departments are few that begin after January, so they are found first.
-- authority: the handbook, from file to figure, a year's turn: a zone that starts in mid-year.
create or replace view int.paid_in_openings as
with owed as (
    select department, min(from_month) as from_month
    from core.owed
    where return_name = 'paid_in'
    group by department
),

filed as (
    select department, min(report_month) as from_month
    from core.submissions
    where return_name = 'paid_in' and (is_current or is_added or is_overruled)
    group by department, year(report_month)
    having month(min(report_month)) > 1
),

begun as (
    select filed.department, filed.from_month
    from filed
    inner join owed using (department)
    where owed.from_month >= filed.from_month
),

payments as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id, paid_month_cny,
        paid_ytd_cny
    from near.paid_in
    where project_id is not null and turned_back_id is null
),

opening as (
    select
        payments.submission_id,
        payments.sheet,
        payments.excel_row,
        payments.report_month,
        payments.project_id,
        payments.paid_ytd_cny - payments.paid_month_cny as opening_cny
    from payments
    inner join begun
        on payments.department = begun.department and payments.report_month = begun.from_month
    where payments.paid_ytd_cny > payments.paid_month_cny
),

told_before as (
    select opening.submission_id, opening.sheet, opening.excel_row
    from opening
    inner join payments as earlier
        on
            opening.project_id = earlier.project_id
            and opening.report_month > earlier.report_month
            and year(opening.report_month) = year(earlier.report_month)
)

select
    opening.submission_id,
    opening.sheet,
    opening.excel_row,
    opening.opening_cny
from opening
anti join told_before using (submission_id, sheet, excel_row);

comment on view int.paid_in_openings is '实到资金月报表中带有年初以来期初数的行：本年累计减本月';
