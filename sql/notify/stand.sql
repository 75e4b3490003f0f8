-- How far what is published goes: its last receipt, and when it was last published, and before that
-- by another run.
select
    (
        select coalesce(max(split_part(submission_id, '-', 1)::bigint), 0) from mart.submissions
    ) as last_receipt,
    max(published_at) as published_at,
    max(published_at) filter (where run_id <> $run_id) as published_before
from mart.refreshes;
