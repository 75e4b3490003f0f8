-- The versions of a month that are turned back while others of their returns count, as todo tells them.
select submission_id, file, return_name, department, standing_id, standing_file, message, suggestion
from detail.versions_turned_back
where report_month = $month
order by department, return_name, submission_id;
