-- The projects of the departments that are asked about, of all their versions, and those decided about
-- with all that are decided to be the same; and the months in which projects are compared anew.
create or replace temp table asked_projects as
with decided as (
    select unnest([row_key_a, row_key_b]) as project_id
    from touched_pairs
),

same as (
    select canonical_id
    from core.same_projects
    where project_id in (select project_id from decided)
)

select distinct project_id
from int.project_filings
where department in (select department from asked_departments) and project_id is not null
union
select project_id
from decided
union
select project_id
from core.same_projects
where canonical_id in (select canonical_id from same);

-- A new file can't change who came first elsewhere; a version that came back or went, or a decision,
-- changes that in every month in which the projects stand.
create or replace temp table first_filed_months as
with moved as (
    select
        exists (select 1 from touched_submissions where not is_new)
        or exists (select 1 from touched_pairs)
        or exists (
            select 1
            from core.submissions
            where is_overruled and department in (select department from asked_departments)
        ) as is_moved
)

select distinct filings.report_month
from int.project_filings as filings
semi join asked_projects using (project_id)
cross join moved
where
    moved.is_moved
    and filings.return_name <> 'paid_in'
    and filings.report_month is not null;

create or replace temp table asked_months as
with changed as (
    select report_month from touched_submissions
    union all
    select report_month from first_filed_months
)

select distinct
    unnest([report_month, (report_month + interval 1 month)::date]) as report_month
from changed
where report_month is not null;
