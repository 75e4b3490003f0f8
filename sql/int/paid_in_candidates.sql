-- question: which rows of the year's paid-in funds make up the figures of payments?
-- grain: month of the figure × row of paid-in funds (03) of the year's months up to it.
-- formula: the month's amounts, audited ones, whatever the year of the contract; each to the
--   department that filed it.
-- authority: the handbook, indicator ZS02; attribution: no filter but the audit.
create or replace view int.paid_in_candidates as
with judged as (
    select
        *,
        held_back
        || stg.why(audit_status is distinct from '审核通过', 'audit_status', value := audit_status)
        || stg.why(paid_month_cny is null, 'no_payment') as reasons
    from near.paid_in
)

select
    calendar.report_month,
    indicators.indicator_code,
    judged.department,
    judged.submission_id,
    judged.file,
    judged.sheet,
    judged.excel_row,
    judged.own_key as row_key,
    judged.report_month as filed_month,
    judged.project_name as label,
    judged.paid_month_cny as amount_cny,
    judged.reasons
from judged
inner join int.calendar as calendar
    on
        year(judged.report_month) = year(calendar.report_month)
        and judged.report_month <= calendar.report_month
inner join core.indicators as indicators on indicators.return_name = 'paid_in';

comment on view int.paid_in_candidates is '实到资金月报表中与到资类指标相关的行，计入与否及原因';
