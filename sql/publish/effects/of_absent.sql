-- question: what can it move that a project is there no more (M401), or that a return is missing or can't
--   be read?
-- grain: finding × figure of what there is at a month's end.
-- formula: it is worth what it was in the month before; nothing is known of payments, nor where another
--   version counts. A file whose rows can be read is worth these (of_files).
-- authority: the handbook, indicators; expected returns.
create or replace temp table effects_of_absent as
with readable as (
    select distinct submission_id
    from rows_near
),

counted as (
    select distinct report_month, indicator_code, department
    from recorded_rows
    where is_counted
)

select
    findings.finding_key,
    findings.report_month,
    findings.department,
    recorded.indicator_code,
    sum(recorded.contribution) as value
from findings_without_row as findings
inner join recorded_rows as recorded
    on
        findings.department = recorded.department
        and findings.report_month = (recorded.report_month + interval 1 month)::date
        and (not findings.is_of_project or findings.value = recorded.row_key)
inner join figures_of_year as figures
    on
        recorded.indicator_code = figures.indicator_code
        and year(recorded.report_month) = figures.year
        and findings.return_name = figures.return_name
left join readable on findings.submission_id = readable.submission_id
left join counted
    on
        findings.report_month = counted.report_month
        and findings.department = counted.department
        and recorded.indicator_code = counted.indicator_code
where
    recorded.is_counted
    and not figures.is_flow
    and (
        findings.is_of_project
        or (readable.submission_id is null and counted.indicator_code is null)
    )
group by all;
