-- The findings of the submissions of some receipts, most serious first, then by place: of each
-- submission as many as come to so many characters, one at least.
select
    findings.finding_key,
    if(findings.severity = 'warning' and not findings.is_to_decide, findings.explanation, null)
        as closed_by,
    {columns}
from int.judged_findings as findings
inner join core.submissions as submissions using (submission_id)
where submissions.receipt_no in (select unnest($receipts))
window so_far as (
    partition by findings.submission_id
    order by
        array_position(['error', 'warning', 'info'], findings.severity),
        findings.sheet, findings.excel_row nulls first, findings.cell, findings.rule,
        findings.message
    rows unbounded preceding
)
qualify
    row_number() over so_far = 1
    or sum($of_a_finding + length(findings.message) + coalesce(length(findings.value), 0))
        over so_far <= $share
order by
    findings.submission_id, array_position(['error', 'warning', 'info'], findings.severity),
    findings.sheet, findings.excel_row nulls first, findings.cell, findings.rule, findings.message
