-- The entries of a ledger that stand in a month (`stands_in`): a later month's row of a key takes
-- the earlier one's place, within a month the one that came later; until then, or its year's end.
create or replace view standing.{slug} as
with spans as (
    select
        entries.*,
        versions.arrival_no,
        lead(report_month) over (
            partition by year(report_month), {key}
            order by report_month, versions.arrival_no, sheet, excel_row
        ) as replaced_from
    from accepted.{slug} as entries
    inner join (select submission_id, arrival_no from core.submissions) as versions
        using (submission_id)
)

select
    months.report_month as stands_in,
    spans.* exclude (replaced_from)
from core.months as months
inner join spans
    on
        year(months.report_month) = year(spans.report_month)
        and months.report_month >= spans.report_month
        and (months.report_month < spans.replaced_from or spans.replaced_from is null);
