-- PostgreSQL: what the server is, who is logged in, and what that role may do.
select
    current_setting('server_version') as version,
    current_setting('server_encoding') as encoding,
    current_database()::text as database,
    current_user::text as login,
    (
        select rolcreaterole or rolsuper
        from pg_roles
        where rolname = current_user
    ) as may_create_roles,
    has_database_privilege(current_database(), 'create') as may_create_schemas
