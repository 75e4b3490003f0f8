-- The received files of which the bytes turned up again in vain at one of these places: they are replied
-- to once more.
select distinct submissions.receipt_no
from core.findings as findings
inner join core.submissions as submissions using (submission_id)
where
    findings.rule = 'E010'
    and findings.severity <> 'error'
    and findings.against is null
    and list_contains($paths, findings.value);
