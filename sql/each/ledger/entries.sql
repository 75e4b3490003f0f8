-- The rows of a ledger of all months, held back or not, each with the row that first told its entry
-- (`entry_no`) and the one that it updates (`updates_no`), by their numbers in the order in which they
-- were told (`told_no`).
-- A number is its department's own (`number_key`). A later row with it is the same entry if its date
-- or its name stayed; of an earlier year's, if it was over by then: numbers may begin anew each year.
create or replace view entries.{slug} as
with recursive filed_rows as materialized (
    select
        filed.*,
        versions.arrival_no,
        row_number() over (
            order by filed.report_month, versions.arrival_no, filed.sheet, filed.excel_row
        ) as told_no,
        department || '/' || {own_number} as number_key
    from filed.{slug} as filed
    inner join (select submission_id, arrival_no from core.submissions) as versions
        using (submission_id)
),

repeated as materialized (
    select number_key, told_no, report_month, {known_by}
    from filed_rows
    where number_key is not null
    qualify count(*) over (partition by number_key) > 1
),

links as materialized (
    select
        later.told_no,
        max(earlier.told_no) as updates_no
    from repeated as later
    inner join repeated as earlier
        on later.number_key = earlier.number_key and later.told_no > earlier.told_no
    where {is_same}
    group by later.told_no
),

told (told_no, entry_no) as (
    select
        told_no,
        told_no as entry_no
    from repeated
    anti join links using (told_no)
    union all
    select
        links.told_no,
        told.entry_no
    from told
    inner join links on told.told_no = links.updates_no
)

select
    filed_rows.*,
    coalesce(told.entry_no, filed_rows.told_no) as entry_no,
    links.updates_no
from filed_rows
left join told using (told_no)
left join links using (told_no);
