-- How many findings the submissions of some receipts have, and to how many characters they come.
select
    submissions.receipt_no,
    findings.submission_id,
    count(*) as findings,
    sum($of_a_finding + length(findings.message) + coalesce(length(findings.value), 0))::bigint
        as characters
from core.findings as findings
inner join core.submissions as submissions using (submission_id)
where submissions.receipt_no in (select unnest($receipts))
group by all;
