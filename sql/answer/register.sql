-- The submissions of months (null: all) as their receipts tell them, with how many findings each
-- has of each severity, explained warnings by themselves, how much is to be done about it, and what is
-- said of it where it counts no more; those whose month nobody knows are among them. What they don't
-- tell of themselves their folder does.
select
    coalesce(submissions.report_month, submissions.folder_month) as report_month,
    coalesce(submissions.department, submissions.folder_department) as department,
    submissions.submission_id,
    submissions.return_name,
    stg.masked_phones(submissions.file) as file,
    submissions.received_at, submissions.version, submissions.status,
    coalesce(submissions.is_current or submissions.is_added, false) as is_current,
    submissions.rows_found, submissions.rows_accepted, submissions.rows_held,
    count(*) filter (where findings.severity = 'error') as errors,
    count(*) filter (where findings.severity = 'warning' and findings.explanation is null) as warnings,
    count(*) filter (where findings.severity = 'info') as infos,
    count(*) filter (where findings.severity = 'warning' and findings.explanation is not null)
        as explained,
    coalesce(any_value(to_do.to_correct), 0) as to_correct,
    coalesce(any_value(to_do.to_explain), 0) as to_explain,
    coalesce(any_value(to_do.to_decide), 0) as to_decide,
    coalesce(any_value(ended.words), '') as ended
from core.submissions as submissions
left join core.findings as findings using (submission_id)
left join detail.to_do as to_do using (submission_id)
left join int.ended_submissions as ended using (submission_id)
where $months is null or submissions.report_month is null or list_contains($months, submissions.report_month)
group by all
order by submissions.submission_id;
