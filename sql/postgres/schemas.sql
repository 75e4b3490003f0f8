-- PostgreSQL: every schema of its users, what is said of it, and whether it is the login's.
select
    nspname::text as schema,
    obj_description(oid, 'pg_namespace') as comment,
    pg_has_role(nspowner, 'usage') as is_own
from pg_namespace
where not starts_with(nspname::text, 'pg_') and nspname <> 'information_schema'
order by nspname
