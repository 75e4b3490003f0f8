-- The submissions of files, by the files' numbers, as a run tells of them, with how many warnings of each
-- nothing explains, and how many findings wait for a decision, whatever explains them.
with left_open as (
    select
        submission_id,
        count(*) filter (
            where severity = 'warning' and explanation is null and not is_to_decide
        ) as unexplained,
        count(*) filter (where is_to_decide) as to_decide
    from int.judged_findings
    group by submission_id
)

select
    submission_id, file, sha256, return_name, department, report_month, status, folder_department,
    coalesce(left_open.unexplained, 0) as unexplained,
    coalesce(left_open.to_decide, 0) as to_decide
from core.submissions
left join left_open using (submission_id)
where receipt_no in (select unnest($receipts))
order by receipt_no, submission_id;
