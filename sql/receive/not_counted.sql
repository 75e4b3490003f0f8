-- Of received files those with a version that does not count: replaced, withdrawn, or in doubt.
select distinct receipt_no
from core.submissions
where
    receipt_no in (select unnest($receipts))
    and (version is not null or is_in_doubt)
    and not is_current
    and not is_added
order by receipt_no;
