-- The submissions of files, by the files' numbers, as a run tells of them, with how many warnings of each
-- nothing explains, how many findings wait for a decision, whatever explains them, and what is said of
-- those that count no more.
with left_open as (
    select
        submission_id,
        count(*) filter (
            where severity = 'warning' and explanation is null and not is_to_decide and not is_over
        ) as unexplained,
        count(*) filter (where is_to_decide) as to_decide
    from int.judged_findings
    group by submission_id
)

select
    submission_id, file, sha256, return_name, department, report_month as month, status,
    folder_department,
    coalesce(left_open.unexplained, 0) as unexplained,
    coalesce(left_open.to_decide, 0) as to_decide,
    coalesce(ended.words, '') as ended
from core.submissions
left join left_open using (submission_id)
left join int.ended_submissions as ended using (submission_id)
where receipt_no in (select unnest($receipts))
order by receipt_no, submission_id;
