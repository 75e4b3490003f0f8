-- question: which open findings are about a whole file, or about what is not there?
-- grain: finding.
-- formula: those without a row: errors that turn a file back (its warnings, as that it is late, do
--   not), those without any file, and a project that is there no more.
-- authority: the handbook, rules.
create or replace temp table findings_without_row as
select
    finding_key, submission_id, value, report_month, department, return_name,
    questions = 'absence' as is_of_project
from open_findings
where
    excel_row is null
    and (
        (is_turned_back and severity = 'error')
        or submission_id is null
        or questions = 'absence'
    );

-- question: which cells have to be corrected before their row can count?
-- grain: cell.
-- formula: those at which an error holds the row back; of a rule over several fields all that it
--   looks at.
-- authority: the handbook, held rows.
create or replace temp table wrong_cells as
select distinct submission_id, sheet, excel_row, field
from open_findings
where holds and field is not null
union
select distinct findings.submission_id, findings.sheet, findings.excel_row, looked_at.field
from open_findings as findings
inner join core.cross_fields as looked_at using (return_name, rule)
where findings.holds;
