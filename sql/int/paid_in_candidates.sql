-- question: which rows of the year's paid-in funds make up the figures of payments?
-- grain: month of the figure × row of paid-in funds (03) of the year's months up to it.
-- formula: the month's amounts, audited ones, whatever the year of the contract; each to the
--   department that filed it. Where the department owed none for the year's earlier months, nor filed
--   any, a project's first row of the year counts with the year's cumulative: its opening balance and
--   the month.
-- authority: the handbook, indicator ZS02; attribution: no filter but the audit; from file to figure, a
--   year's turn: opening balances.
create or replace view int.paid_in_candidates as
with openings as (
    select submission_id, sheet, excel_row
    from int.paid_in_openings
),

judged as (
    select
        payments.*,
        openings.submission_id is not null as is_opening,
        payments.held_back
        || stg.why(
            payments.audit_status is distinct from '审核通过',
            'audit_status', value := payments.audit_status
        )
        || stg.why(payments.paid_month_cny is null, 'no_payment') as reasons
    from near.paid_in as payments
    left join openings using (submission_id, sheet, excel_row)
)

select
    calendar.report_month,
    indicators.indicator_code,
    judged.department,
    judged.submission_id,
    judged.turned_back_id,
    judged.file,
    judged.sheet,
    judged.excel_row,
    judged.own_key as row_key,
    judged.report_month as filed_month,
    judged.project_name as label,
    if(judged.is_opening, judged.paid_ytd_cny, judged.paid_month_cny) as amount_cny,
    if(judged.is_opening, 'paid_ytd_cny', indicators.amount) as amount_field,
    judged.reasons
from judged
inner join int.calendar as calendar
    on
        year(judged.report_month) = year(calendar.report_month)
        and judged.report_month <= calendar.report_month
inner join core.indicators as indicators on indicators.return_name = 'paid_in';

comment on view int.paid_in_candidates is '实到资金月报表中与到资类指标相关的行，计入与否及原因';
