-- PostgreSQL: the policies on the tables of every schema that guoban made.
select
    policies.schemaname::text as schema,
    policies.tablename::text as name,
    policies.policyname::text as policy,
    array_to_string(policies.roles, ',') as roles,
    policies.permissive || ' ' || policies.cmd as kind,
    policies.qual as condition
from pg_policies as policies
inner join pg_namespace as spaces on policies.schemaname = spaces.nspname
where starts_with(obj_description(spaces.oid, 'pg_namespace'), 'guoban ')
order by policies.schemaname, policies.tablename, policies.policyname
