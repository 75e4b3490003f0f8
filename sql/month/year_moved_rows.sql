-- Which rows a publication let into the zone's figures of the year up to a month, and which it took
-- out: of each what it added (`contribution`, negative where it went). A row that came as it went is
-- none. Of one figure and publication they add up to what the figure changed by.
with moved as (
    select
        rows.report_month, rows.indicator_code, rows.department, rows.submission_id, rows.file,
        rows.sheet, rows.cell, rows.excel_row, rows.row_key, rows.filed_month, rows.label,
        rows.amount_cny, rows.since_at, rows.until_at, rows.contribution
    from detail.headline_candidates as rows
    where
        rows.is_counted
        and rows.report_month between date_trunc('year', $month)::date and $month
),

come_and_gone as (
    select
        report_month, indicator_code, department, submission_id, file, sheet, cell, excel_row,
        row_key, filed_month, label, amount_cny, since_at as changed_at, contribution
    from moved
    union all
    select
        report_month, indicator_code, department, submission_id, file, sheet, cell, excel_row,
        row_key, filed_month, label, amount_cny, until_at as changed_at, -contribution
    from moved
),

changes as (
    select distinct report_month, indicator_code, changed_at
    from mart.figure_changes
    where scope = 'zone' and figure = 'value'
)

select
    rows.report_month, rows.indicator_code, rows.changed_at,
    coalesce(names.department, rows.department) as department, rows.submission_id, rows.file,
    rows.sheet, rows.cell, rows.excel_row, rows.row_key, rows.filed_month, rows.label,
    rows.amount_cny, rows.contribution
from come_and_gone as rows
inner join changes using (report_month, indicator_code, changed_at)
left join detail.departments as names on rows.department = names.name
qualify
    sum(rows.contribution) over (
        partition by rows.report_month, rows.indicator_code, rows.changed_at, rows.row_key
    ) <> 0
order by
    rows.changed_at desc, rows.report_month, rows.indicator_code, rows.row_key, rows.contribution,
    rows.file, rows.excel_row;
