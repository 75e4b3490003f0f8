-- The findings of files, by the files' numbers.
select
    findings.finding_key, submissions.receipt_no, findings.submission_id, findings.rule, findings.severity,
    findings.sheet, findings.cell, findings.excel_row, findings.column_name, findings.field,
    findings.value, findings.message,
    coalesce(findings.suggestion, '') as suggestion,
    coalesce(findings.explanation, '') as explanation,
    findings.is_to_decide,
    findings.is_over
from int.judged_findings as findings
inner join core.submissions as submissions using (submission_id)
where submissions.receipt_no in (select unnest(?));
