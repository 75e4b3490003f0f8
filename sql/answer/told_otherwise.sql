-- The received files of which the replies don't say what is so: that a submission counts no more, or that
-- it counts again. Where a later file's reply has taken the place of theirs nothing is to be said.
with ended as (
    select submission_id, words
    from int.ended_submissions
),

otherwise as (
    select submission_id from (from ended except from core.told_endings)
    union
    select submission_id from (from core.told_endings except from ended)
),

last_ones as (
    select max(receipt_no) as receipt_no
    from int.replied_files
    group by file, report_month, department
)

select distinct submissions.receipt_no
from core.submissions as submissions
inner join otherwise using (submission_id)
inner join last_ones using (receipt_no)
order by submissions.receipt_no;
