-- The submissions of files, by the files' numbers.
select
    receipt_no, file, sha256, received_at, submission_id, return_name, department, report_month,
    version, status, rows_found, rows_accepted, rows_held
from core.submissions
where receipt_no in (select unnest(?));
