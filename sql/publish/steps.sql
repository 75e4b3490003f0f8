-- The causes of what the newest publication changed, end to end, each with the file of its submission.
select
    recorded.report_month,
    recorded.department,
    recorded.indicator_code,
    recorded.figure,
    recorded.old_value,
    recorded.new_value,
    recorded.cause,
    recorded.submission_id,
    submissions.file,
    recorded.settings
from core.figure_changes as recorded
left join core.submissions as submissions using (submission_id)
where recorded.publication_no = (select max(publication_no) from core.refreshes)
order by recorded.figure desc, recorded.ordinal;
