-- Departments with a version that rules turned back, which something new may let in again: a project of
-- it or its month is asked about, or it is of a return that is always asked about. With it in place
-- the rules start anew, as they did when it came.
insert into asked_departments
with asked_versions as (
    select distinct submission_id
    from int.project_filings
    where project_id in (select project_id from asked_projects)
)

select distinct department
from core.submissions
where
    is_overruled
    and (
        submission_id in (select submission_id from asked_versions)
        or report_month in (select report_month from asked_months)
        or return_name not in ('signed_projects', 'paid_in', 'pipeline_projects')
    )
    and department not in (select department from asked_departments)
returning department;
