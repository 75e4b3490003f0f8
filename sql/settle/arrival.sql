-- The order in which everything came: who asks what was first, or later, asks for `arrival_no`.
-- Later = a later refresh; within one 报出日期, then a reply over what it answers, then the file's
-- modification time, its path, its sheet (the handbook, from file to figure: which version is current).
update core.submissions as submissions
set arrival_no = ordered.arrival_no
from (
    select
        submission_id,
        row_number() over (
            order by
                refresh_no, filed_on nulls first, is_reply, modified_at, file, draft_no
        ) as arrival_no
    from core.submissions
) as ordered
where submissions.submission_id = ordered.submission_id;
