-- PostgreSQL: the tables of the login in every schema that guoban made, and their columns in order.
select
    spaces.nspname::text as schema,
    relations.relname::text as name,
    obj_description(relations.oid, 'pg_class') as comment,
    relations.relrowsecurity as has_row_security,
    columns.attname::text as column_name,
    format_type(columns.atttypid, columns.atttypmod) as kind,
    col_description(relations.oid, columns.attnum) as column_comment
from pg_class as relations
inner join pg_namespace as spaces on relations.relnamespace = spaces.oid
inner join pg_attribute as columns on relations.oid = columns.attrelid
where
    starts_with(obj_description(spaces.oid, 'pg_namespace'), 'guoban ')
    and relations.relkind = 'r'
    and pg_has_role(relations.relowner, 'usage')
    and columns.attnum > 0
    and not columns.attisdropped
order by spaces.nspname, relations.relname, columns.attnum
