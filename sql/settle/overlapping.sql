-- What is known of each version beside an earlier one.
select
    submission_id,
    earlier_id,
    is_same,
    shared,
    expected,
    lacking,
    lacking_keys,
    lacking_amount
from core.overlaps
