-- The findings of the submissions of some receipts, most serious first, then by place.
select {columns}
from core.findings as findings
inner join core.submissions as submissions using (submission_id)
where submissions.receipt_no in (select unnest(?))
order by
    findings.submission_id, array_position(['error', 'warning', 'info'], findings.severity),
    findings.sheet, findings.excel_row nulls first, findings.cell, findings.rule, findings.message
