-- The versions that are turned back while others of their returns count, with what is said of them (E010).
select submission_id, message, suggestion, report_month, department, return_name
from detail.versions_turned_back
order by submission_id;
