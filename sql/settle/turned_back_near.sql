-- Departments with a version that rules turned back in which a project stands that is asked about: with
-- it in place the rules start anew, as they did when it came.
insert into asked_departments
select distinct submissions.department
from core.submissions as submissions
inner join (
    select submission_id, project_id from rows.signed_projects
    union all
    select submission_id, project_id from rows.paid_in
    union all
    select submission_id, project_id from rows.pipeline_projects
) as entries using (submission_id)
where
    submissions.is_overruled
    and entries.project_id in (select project_id from asked_projects)
    and submissions.department not in (select department from asked_departments)
returning department;
