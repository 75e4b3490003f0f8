-- Turns back each version whose every row the rules across files hold: the version before is then
-- current again, and is what the rules have to look at. Versions that rules inside the file hold
-- back never were accepted.
update core.submissions as submissions
set is_overruled = true
from core.returns as returns
where
    returns.return_name = submissions.return_name
    and not returns.adds_up
    and (submissions.is_current or submissions.is_added)
    and submissions.rows_found > 0
    and submissions.rows_held >= submissions.rows_found
returning submissions.department;
