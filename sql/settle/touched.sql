-- What something new can have touched, once it is known which versions count: the submissions that
-- came or count otherwise than before, their departments, and the projects that were decided about.
create or replace temp table touched_submissions as
select
    now.submission_id,
    now.return_name,
    now.department,
    now.report_month,
    before.submission_id is null as is_new
from core.submissions as now
left join submissions_before as before using (submission_id)
where
    before.submission_id is null
    or row(now.is_accepted, now.is_withdrawn, now.is_current, now.is_added)
    is distinct from row(
        before.is_accepted, before.is_withdrawn, before.is_current, before.is_added
    );

create or replace temp table asked_departments as
select distinct department
from touched_submissions
where department is not null;

create or replace temp table touched_pairs as
with decided as (
    select row_key_a, row_key_b, is_same
    from core.decisions
)

from (from decided except from decisions_before)
union all
from (from decisions_before except from decided);
