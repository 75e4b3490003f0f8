-- The versions that are turned back, or in doubt, while others of their returns count, with what is said
-- of them (E010).
select submission_id, message, suggestion, report_month, department, return_name
from detail.versions_turned_back
union all
select
    submission_id,
    kept as message,
    '如以现采用的一版为准，请告知联系人。' as suggestion,
    report_month,
    department,
    return_name
from detail.versions_in_doubt
where kept is not null
order by submission_id;
