-- The rows of the versions that count, held back or not; parts of one return count together.
create or replace view filed.{slug} as
select entries.*
from rows.{slug} as entries
semi join (select submission_id from core.submissions where is_current or is_added) as versions
    using (submission_id);
