-- The submissions that a publication (null: the next one) published with another status than the one
-- before because what judges had changed.
select {columns}
from core.status_changes as changes
inner join (select submission_id, file from core.submissions) as submissions using (submission_id)
where publication_no is not distinct from $number
order by report_month desc nulls last, department, return_name, submission_id;
