-- The public relations of a release with their columns, by schema, name and place.
with relations as (
    select schema_name, table_name as name, comment
    from duckdb_tables()
    where database_name = current_database() and not internal
    union all
    select schema_name, view_name as name, comment
    from duckdb_views()
    where database_name = current_database() and not internal
)

select
    relations.schema_name,
    relations.name,
    relations.comment,
    columns.column_name,
    columns.data_type,
    columns.comment
from relations
inner join duckdb_columns() as columns
    on
        columns.database_name = current_database()
        and columns.schema_name = relations.schema_name
        and columns.table_name = relations.name
where not list_contains($private, relations.schema_name)
order by relations.schema_name, relations.name, columns.column_index
