-- PostgreSQL: which role may use a schema that guoban made (no name), or select from a table in it.
with spaces as (
    select oid, nspname, nspacl
    from pg_namespace
    where starts_with(obj_description(oid, 'pg_namespace'), 'guoban ')
),

granted as (
    select nspname as schema, null as name, (aclexplode(nspacl)).*
    from spaces
    union all
    select spaces.nspname as schema, relations.relname as name, (aclexplode(relations.relacl)).*
    from pg_class as relations
    inner join spaces on relations.relnamespace = spaces.oid
    where relations.relkind = 'r'
)

select granted.schema::text, granted.name::text, roles.rolname::text as role
from granted
inner join pg_roles as roles on granted.grantee = roles.oid
where
    granted.privilege_type in ('USAGE', 'SELECT')
    and (roles.rolname = 'guoban_reader' or starts_with(roles.rolname::text, 'guoban_dept_'))
order by granted.schema, granted.name, roles.rolname
