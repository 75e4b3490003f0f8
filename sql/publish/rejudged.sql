-- What was just noted of statuses as they were (nothing but the submission and its old status) is filled
-- in with what it is now; what stands as it did, or is not known any more, is left out.
update core.status_changes as changes
set
    return_name = submissions.return_name,
    department = submissions.department,
    report_month = submissions.report_month,
    new_status = submissions.status
from core.submissions as submissions
where changes.publication_no is null and changes.submission_id = submissions.submission_id;

delete from core.status_changes
where publication_no is null and (new_status is null or new_status = old_status);
