-- What an act on a submission is about, and which version counts in its place now.
select
    submissions.submission_id,
    submissions.file,
    submissions.return_name,
    submissions.department,
    submissions.report_month,
    submissions.version,
    submissions.status,
    submissions.is_in_doubt,
    submissions.is_current or submissions.is_added as is_in_force,
    submissions.rows_found,
    standing.submission_id as standing_id,
    standing.file as standing_file,
    standing.version as standing_version,
    standing.rows_found as standing_rows
from core.submissions as submissions
left join core.submissions as standing
    on
        standing.is_current
        and submissions.return_name = standing.return_name
        and submissions.department = standing.department
        and submissions.report_month = standing.report_month
where submissions.submission_id = $submission_id
-- Of a return whose files add up several are current.
qualify row_number() over (order by standing.stands_no desc) = 1;
