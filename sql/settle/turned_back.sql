-- The versions that are turned back, or in doubt, while others of their returns count, with what is said
-- of them (E010).
select submission_id, message, suggestion, report_month, department, return_name
from detail.versions_turned_back
union all
select
    doubts.submission_id,
    stg.kept_words(standing.version, standing.file) as message,
    '如以现采用的一版为准，请告知联系人。' as suggestion,
    doubts.report_month,
    doubts.department,
    doubts.return_name
from detail.versions_in_doubt as doubts
inner join core.submissions as standing on doubts.standing_id = standing.submission_id
where not doubts.is_again
order by submission_id;
