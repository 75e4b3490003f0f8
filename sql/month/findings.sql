-- A month's findings, those first that can move the figures most, each with the file that it is about.
-- `$open_only` leaves out those that ask for nothing.
with submissions as (
    select submission_id, file, folder_department, status, is_current
    from mart.submissions
),

others as (
    select submission_id as other_submission_id, department as other_department
    from mart.submissions
),

told as (
    select
        finding_id, submission_id, rule, severity, sheet, cell, excel_row, column_name, field, value,
        proposed, message, suggestion, report_month, department, return_name, explanation, is_open,
        asks, is_to_decide, other_row_key, other_submission_id, effect_indicator, effect_value,
        effect_pp
    from mart.findings
    where report_month = $month and (asks is not null or not $open_only)
)

select
    told.*,
    indicators.label as effect_name,
    indicators.unit as effect_unit,
    submissions.file,
    submissions.folder_department,
    submissions.status,
    coalesce(submissions.is_current, false) as is_current,
    others.other_department
from told
left join submissions using (submission_id)
left join others using (other_submission_id)
left join mart.dim_department as departments using (department)
left join mart.dim_return as returns using (return_name)
left join mart.dim_indicator as indicators on told.effect_indicator = indicators.indicator_code
order by
    told.is_open desc,
    told.effect_pp desc nulls last,
    indicators.ordinal nulls last,
    told.effect_value desc nulls last,
    array_position(['error', 'warning', 'info'], told.severity),
    departments.ordinal nulls last,
    returns.ordinal nulls last,
    submissions.file,
    told.sheet,
    told.excel_row nulls first,
    told.cell,
    told.rule,
    told.finding_id;
