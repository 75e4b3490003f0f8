-- The order in which versions stand, the last on top: as they came, but for what was restored: that is
-- behind all that had come by then, and before what comes later.
update core.submissions as submissions
set stands_no = ordered.stands_no
from (
    select
        submission_id,
        row_number() over (
            order by stands_after, restored_no nulls first, arrival_no
        ) as stands_no
    from core.submissions
) as ordered
where submissions.submission_id = ordered.submission_id;
