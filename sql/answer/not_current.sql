-- Of received files the versions that are not current any more, and what stands in their place.
select
    submissions.submission_id,
    submissions.version,
    current_version.version as current_no,
    current_version.file as current_file
from core.submissions as submissions
left join core.submissions as current_version
    on
        current_version.is_current
        and submissions.return_name = current_version.return_name
        and submissions.department = current_version.department
        and submissions.report_month = current_version.report_month
where
    submissions.receipt_no in (select unnest($receipts))
    and submissions.version is not null
    and not submissions.is_current
    and not submissions.is_added
qualify
    row_number() over (
        partition by submissions.submission_id
        order by current_version.version desc
    ) = 1;
