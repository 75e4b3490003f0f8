-- The submissions of months (null: all) that stand as they do because rules changed, as receipts tell
-- them: the last such change of each, unless something else has changed its status since.
select
    submissions.report_month,
    submissions.department,
    submissions.submission_id,
    submissions.return_name,
    stg.masked_phones(submissions.file) as file,
    changes.old_status,
    changes.new_status
from core.status_changes as changes
inner join core.submissions as submissions
    on changes.submission_id = submissions.submission_id and changes.new_status = submissions.status
where
    changes.publication_no is not null
    and ($months is null or list_contains($months, submissions.report_month))
qualify
    row_number() over (partition by changes.submission_id order by changes.publication_no desc) = 1
order by submissions.submission_id;
