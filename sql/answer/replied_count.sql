-- How many files after a receipt are replied to.
select count(distinct submissions.receipt_no)
from core.findings as findings
inner join core.submissions as submissions using (submission_id)
where submissions.receipt_no > ? and findings.severity in ('error', 'warning');
