-- question: which rows of the year's paid-in funds make up ZS02?
-- grain: month of the figure × row of paid-in funds (03) of the year's months up to it.
-- formula: the month's amounts, audited ones, whatever the year of the contract; each to the
--   department that filed it.
-- authority: the handbook, indicator ZS02; attribution: no filter but the audit.
create or replace view int.paid_in_candidates as
with calendar as (
    select report_month, year_starts_on
    from int.calendar
),

held as (
    select submission_id, sheet, excel_row, rules
    from stg.held_rows
),

submissions as (
    select submission_id
    from stg.submissions_in_force
),

filed as (
    select
        submission_id, sheet, excel_row, own_key as row_key, report_month, department, project_name,
        paid_month_cny, audit_status
    from filed.paid_in
),

judged as (
    select
        filed.*,
        case when held.rules is not null then '该行被扣留（' || held.rules || '）' end as held_reason,
        case
            when filed.audit_status is distinct from '审核通过'
                then '审核状态为' || coalesce(filed.audit_status, '空')
        end as audit_reason,
        case when filed.paid_month_cny is null then '本月实到投资额为空' end as amount_reason
    from filed
    inner join submissions using (submission_id)
    left join held using (submission_id, sheet, excel_row)
),

counted as (
    select
        *,
        coalesce(held_reason, audit_reason, amount_reason) is null as is_counted,
        nullif(concat_ws('；', held_reason, audit_reason, amount_reason), '') as reasons
    from judged
)

select
    calendar.report_month,
    'ZS02' as indicator_code,
    counted.department,
    counted.submission_id,
    counted.sheet,
    counted.excel_row,
    counted.row_key,
    counted.report_month as filed_month,
    counted.project_name as label,
    'paid_month_cny' as amount_field,
    counted.paid_month_cny as amount_cny,
    case
        when counted.is_counted then stg.in_yi(counted.paid_month_cny) else 0::decimal(38, 12)
    end as contribution,
    counted.is_counted,
    counted.reasons
from counted
inner join calendar
    on
        year(counted.report_month) = year(calendar.report_month)
        and counted.report_month <= calendar.report_month;

comment on view int.paid_in_candidates is '实到资金月报表中与ZS02相关的行，计入与否及原因';
