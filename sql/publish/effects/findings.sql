-- question: which open findings are asked about, and what does each put in question?
-- grain: open finding of the months asked; those that are alike are one.
-- formula: what a finding puts in question is its rule's (schemas/rules.py, `questions`).
-- authority: the handbook, rules.
create or replace temp table open_findings as
select distinct
    findings.finding_key,
    findings.severity,
    findings.holds,
    findings.submission_id,
    findings.sheet,
    findings.excel_row,
    findings.field,
    findings.value,
    findings.proposed,
    findings.report_month,
    findings.owner_department as department,
    findings.return_name,
    findings.rule,
    findings.other_row_key,
    findings.is_turned_back,
    coalesce(rules.questions, 'cell') as questions
from int.judged_findings as findings
left join core.rules as rules using (rule)
where findings.is_open and {since};
