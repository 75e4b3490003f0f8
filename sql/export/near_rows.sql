-- The rows near the headline figures of a month, as they are on record: those in them first, by
-- department; of one that was renamed by its name of today.
select
    candidates.indicator_code, coalesce(names.department, candidates.department) as department,
    candidates.row_key, candidates.label, candidates.amount_cny, candidates.is_counted,
    candidates.file, candidates.sheet, candidates.cell, candidates.filed_month, candidates.reasons
from detail.headline_candidates as candidates
left join detail.departments as names on candidates.department = names.name
left join mart.dim_department as departments
    on coalesce(names.department, candidates.department) = departments.department
left join mart.dim_indicator as indicators on candidates.indicator_code = indicators.indicator_code
where candidates.report_month = $month and candidates.until_at is null
order by
    indicators.ordinal, candidates.indicator_code, not candidates.is_counted, departments.ordinal,
    candidates.filed_month, candidates.row_key, candidates.file, candidates.excel_row;
