-- question: what would the amount of each of these rows be, and would it count?
-- grain: finding × row near a figure, as in asked_rows.
-- formula: the amount is the one proposed where the amount is what is wrong; what can't be read is
--   taken as last reported, of payments what the year's cumulative has grown by. Whether the row may
--   count at all is in question where the figure rests on the field, or the rule says so.
-- authority: the handbook, indicators.
create or replace temp table weighed_rows as
-- The amount of a row in which a unit was slipped, whatever else is wrong with it.
with slipped as (
    select
        submission_id, sheet, excel_row, field as amount,
        max(stg.stated_cny(proposed)) as amount_cny
    from open_findings
    where questions = 'amount'
    group by all
),

-- What a project was when it was last reported.
before as (
    select
        (report_month + interval 1 month)::date as report_month,
        indicator_code,
        department,
        row_key,
        max(amount_cny) as amount_cny
    from recorded_rows
    group by all
),

payments as (
    select submission_id, sheet, excel_row, report_month, department, project_id, paid_ytd_cny
    from rows.paid_in
    where paid_ytd_cny is not null
),

grown as (
    select
        payments.submission_id,
        payments.sheet,
        payments.excel_row,
        payments.paid_ytd_cny - coalesce(max(earlier.paid_ytd_cny), 0) as amount_cny
    from payments
    semi join asked_rows as asked
        on
            payments.submission_id = asked.submission_id
            and payments.sheet = asked.sheet
            and payments.excel_row = asked.excel_row
            and asked.is_flow
            and asked.amount_cny is null
    left join filed.paid_in as earlier
        on
            payments.department = earlier.department
            and payments.project_id = earlier.project_id
            and month(payments.report_month) > 1
            and earlier.report_month = (payments.report_month - interval 1 month)::date
    group by
        payments.submission_id, payments.sheet, payments.excel_row, payments.paid_ytd_cny
)

select
    asked.*,
    still_left_out.finding_key is null as would_count,
    coalesce(
        if(asked.holds, slipped.amount_cny, null),
        greatest(abs(asked.amount_cny), abs(asked.proposed_cny)),
        if(asked.is_flow, abs(grown.amount_cny), before.amount_cny)
    ) as would_be_cny,
    rests.indicator_code is not null or asked.questions = 'counting' as is_about_counting
from asked_rows as asked
left join still_left_out using (finding_key, indicator_code)
left join slipped using (submission_id, sheet, excel_row, amount)
left join before using (report_month, indicator_code, department, row_key)
left join grown using (submission_id, sheet, excel_row)
left join core.indicator_fields as rests using (indicator_code, field);
