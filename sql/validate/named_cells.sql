-- The cells of one field, of one return, in the rows that corrections name: of the month that they name
-- and, of projects, the one before.
insert into named_cells
select
    '{slug}' as return_name,
    submissions.department,
    submissions.report_month,
    plain_key({key}) as row_key,
    '{field}' as field,
    coalesce(stg.name_key(named.{field}::varchar), '') as value,
    {words} as words
from filed.{slug} as named
inner join core.submissions as submissions using (submission_id)
where
    submissions.report_month in (
        select unnest([report_month, (report_month - interval 1 month)::date])
        from corrected
        where return_name = '{slug}'
    )
    and plain_key({key}) in (select row_key from corrected where return_name = '{slug}')
