-- The rows near a month's headline figures: those in them first, then those left out and why. A
-- department's figure is the sum of its own rows, the zone's of all; departments by the names they have.
select
    rows.indicator_code, coalesce(names.department, rows.department) as department,
    rows.submission_id, rows.file, rows.sheet, rows.cell, rows.excel_row, rows.row_key,
    rows.filed_month, rows.label, rows.amount_cny, rows.contribution, rows.is_counted, rows.reasons
from detail.headline_candidates as rows
inner join mart.dim_indicator as known using (indicator_code)
left join detail.departments as names on rows.department = names.name
where rows.until_at is null and rows.report_month = $month
order by
    known.ordinal, not rows.is_counted, names.ordinal nulls last, rows.department, rows.filed_month,
    rows.row_key, rows.file, rows.sheet, rows.excel_row;
