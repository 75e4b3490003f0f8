-- The submissions of files, by the files' numbers, as a run tells of them, with how many warnings of each
-- nothing explains.
with unexplained as (
    select submission_id, count(*) as warnings
    from core.findings
    where severity = 'warning' and explanation is null
    group by submission_id
)

select
    submission_id, file, sha256, return_name, department, report_month, status,
    coalesce(unexplained.warnings, 0) as unexplained
from core.submissions
left join unexplained using (submission_id)
where receipt_no in (select unnest($receipts))
order by receipt_no, submission_id;
