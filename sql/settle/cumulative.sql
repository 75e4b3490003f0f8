-- Of a return whose files add up (01, 14), every file with a row in force is current.
update core.submissions
set is_current = submission_id in (select submission_id from filed.{slug})
where return_name = '{slug}';
