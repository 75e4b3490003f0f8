-- The entries of a ledger that stand in a month (`stands_in`): a later row of an entry takes the
-- earlier one's place; until then, or its year's end. `first_filed` is the month in which the entry
-- was filed first, `first_so` the month since when it is filed in the state that it has.
create or replace view standing.{slug} as
with spans as (
    select
        entries.* exclude (told_no, updates_no, number_key),
        lead(report_month) over (
            partition by entry_no, year(report_month)
            order by told_no
        ) as replaced_from,
        min(report_month) over (partition by entry_no) as first_filed,
        min(report_month) over (partition by entry_no, {state}) as first_so
    from entries.{slug} as entries
    anti join (select submission_id, sheet, excel_row from core.findings where holds) as held
        using (submission_id, sheet, excel_row)
)

select
    months.report_month as stands_in,
    spans.* exclude (replaced_from, entry_no)
from core.months as months
inner join spans
    on
        year(months.report_month) = year(spans.report_month)
        and months.report_month >= spans.report_month
        and (months.report_month < spans.replaced_from or spans.replaced_from is null);
