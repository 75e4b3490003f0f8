-- The rows of a return that the rules are asked about: those of the departments and the projects that
-- something new can have touched.
create or replace temp table asked_{slug} as
select *
from filed.{slug}
where
    department in (select department from asked_departments)
    or project_id in (select project_id from asked_projects);
