-- The rows of a ledger of all months, held back or not, each with the row that first told its entry
-- (`entry`) and the one that it updates (`updates`), by their places in the order in which they stand.
-- A number is its department's own (`number_key`). A later row with it is the same entry if its date
-- or its name stayed; of an earlier year's, if it was over by then: numbers may begin anew each year.
create or replace view entries.{slug} as
with recursive filed_rows as materialized (
    select
        filed.*,
        versions.arrival_no,
        row_number() over (
            order by filed.report_month, versions.arrival_no, filed.sheet, filed.excel_row
        ) as place,
        department || '/' || {own_number} as number_key
    from filed.{slug} as filed
    inner join (select submission_id, arrival_no from core.submissions) as versions
        using (submission_id)
),

repeated as materialized (
    select number_key, place, report_month, {known_by}
    from filed_rows
    where number_key is not null
    qualify count(*) over (partition by number_key) > 1
),

links as materialized (
    select
        later.place,
        max(earlier.place) as updates
    from repeated as later
    inner join repeated as earlier
        on later.number_key = earlier.number_key and later.place > earlier.place
    where {is_same}
    group by later.place
),

told (place, entry) as (
    select
        place,
        place as entry
    from repeated
    anti join links using (place)
    union all
    select
        links.place,
        told.entry
    from told
    inner join links on told.place = links.updates
)

select
    filed_rows.*,
    coalesce(told.entry, filed_rows.place) as entry,
    links.updates
from filed_rows
left join told using (place)
left join links using (place);
