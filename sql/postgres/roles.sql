-- PostgreSQL: the roles that guoban lets in, as far as there are any.
select rolname::text
from pg_roles
where rolname = 'guoban_reader' or starts_with(rolname::text, 'guoban_dept_')
order by rolname
