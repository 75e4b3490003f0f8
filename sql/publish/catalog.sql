-- Every column of every relation of a database, with what is said of both.
with relations as (
    select database_name, schema_name, table_name, comment
    from duckdb_tables()
    union all
    select database_name, schema_name, view_name as table_name, comment
    from duckdb_views()
)

select
    columns.schema_name as "schema",
    columns.table_name as relation,
    relations.comment as about,
    columns.column_name as name,
    columns.data_type as type,
    columns.comment
from duckdb_columns() as columns
inner join relations using (database_name, schema_name, table_name)
where
    columns.database_name = coalesce($database, current_database())
    and not columns.internal
order by columns.schema_name, columns.table_name, columns.column_index
