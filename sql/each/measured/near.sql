-- The rows near the headline figures of a return: of the versions that count, and of those that
-- rules across files turned back as a whole. `cells` is what the figures rest on in the row.
create or replace view near.{slug} as
select
    entries.*,
    map {{cells}} as cells,
    versions.file
from rows.{slug} as entries
inner join (
    select submission_id, file
    from core.submissions
    where is_overruled or (is_current and status not in ('rejected', 'withdrawn'))
) as versions using (submission_id);
