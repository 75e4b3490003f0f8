-- The submissions of files, by the files' numbers, with the month that they, or their folders, are for.
select
    receipt_no, file, sha256, received_at,
    coalesce(report_month, folder_month) as owner_month,
    submission_id, return_name, department, report_month, version, status, rows_found,
    rows_accepted, rows_held
from core.submissions
where receipt_no in (select unnest(?));
