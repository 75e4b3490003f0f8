-- Versions of one return beside earlier ones: whether their rows say the same, how many keys both have,
-- and which of the earlier one's the later one lacks. It should have the keys of all rows that no rule
-- of the file held back and that were not at their end: those may leave.
insert into core.overlaps by name
with pairs as (
    select submission_id, earlier_id
    from uncompared
    where return_name = '{slug}'
),

held as (
    select distinct submission_id, sheet, excel_row, true as is_held
    from core.findings
    where holds and not is_cross
),

filed_rows as (
    select
        entries.submission_id,
        stg.name_key(entries.own_key) as row_key,
        entries.own_key,
        {amount}::decimal(38, 4) as amount,
        coalesce({state} in ('终止', '已转签约', '已终止'), false)
        or coalesce(held.is_held, false) as may_leave,
        concat_ws(chr(31), {words}) as words
    from rows.{slug} as entries
    left join held using (submission_id, sheet, excel_row)
    where
        entries.submission_id in (
            select unnest([submission_id, earlier_id]) from pairs
        )
),

said as (
    select submission_id, list(words order by words) as words
    from filed_rows
    group by submission_id
),

keys as (
    select
        submission_id,
        row_key,
        min(own_key) as own_key,
        sum(amount) as amount,
        bool_and(may_leave) as may_leave
    from filed_rows
    where row_key <> ''
    group by submission_id, row_key
),

met as (
    select
        pairs.submission_id,
        pairs.earlier_id,
        count(*) filter (where own.row_key is not null) as shared,
        count(*) filter (where not keys.may_leave) as expected,
        count(*) filter (where own.row_key is null and not keys.may_leave) as lacking,
        list(keys.own_key order by keys.row_key)
            filter (where own.row_key is null and not keys.may_leave) as lacking_keys,
        sum(keys.amount) filter (where own.row_key is null and not keys.may_leave)
            as lacking_amount
    from pairs
    inner join keys on pairs.earlier_id = keys.submission_id
    left join keys as own
        on pairs.submission_id = own.submission_id and keys.row_key = own.row_key
    group by pairs.submission_id, pairs.earlier_id
)

select
    pairs.submission_id,
    pairs.earlier_id,
    later.words is not distinct from earlier.words as is_same,
    coalesce(met.shared, 0) as shared,
    coalesce(met.expected, 0) as expected,
    coalesce(met.lacking, 0) as lacking,
    coalesce(met.lacking_keys, []) as lacking_keys,
    met.lacking_amount
from pairs
left join said as later on pairs.submission_id = later.submission_id
left join said as earlier on pairs.earlier_id = earlier.submission_id
left join met on pairs.submission_id = met.submission_id and pairs.earlier_id = met.earlier_id;
