-- The submissions of files, by the files' numbers, with the month that they, or their folders, are for,
-- and what is said of those that count no more.
select
    receipt_no, file, sha256, received_at,
    coalesce(report_month, folder_month) as owner_month,
    submission_id, return_name, department, report_month, version, status, rows_found,
    rows_accepted, rows_held,
    coalesce(ended.words, '') as ended
from core.submissions
left join int.ended_submissions as ended using (submission_id)
where receipt_no in (select unnest(?));
