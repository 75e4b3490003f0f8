-- The targets issued for the year of a month, in the order of issue, and which of them are in force then.
select
    issued.department, issued.indicator_code, issued.target, issued.unit, issued.doc_no,
    issued.issued_on, issued.submission_id, issued.file, issued.sheet, issued.cell,
    issued.excel_row,
    coalesce(
        figures.target_submission_id = issued.submission_id
        and issued.issued_on = max(issued.issued_on) filter (
            where
                figures.target_submission_id = issued.submission_id
                and (issued.issued_on <= last_day($month) or issued.is_first)
        ) over (partition by issued.department, issued.indicator_code),
        false
    ) as is_in_force
from detail.targets as issued
left join detail.headline_indicators as figures
    on
        issued.department = figures.department
        and issued.indicator_code = figures.indicator_code
        and figures.report_month = $month
        and figures.until_at is null
where issued.year = year($month)
order by
    issued.indicator_code, issued.department, issued.issued_on, issued.submission_id,
    issued.excel_row;
