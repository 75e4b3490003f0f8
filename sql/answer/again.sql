-- The received files of which the bytes turned up again in vain at one of these places: they are replied
-- to once more.
select distinct submissions.receipt_no
from int.judged_findings as findings
inner join core.submissions as submissions using (submission_id)
where findings.is_again and list_contains($paths, findings.value);
