-- question: what can correcting a row move?
-- grain: finding × row near a figure.
-- formula: at most
--   1. a row that is held back, or of a file that is turned back, would come in: its contribution,
--      where nothing else leaves it out. Rows that share a key are weighed by all of them.
--   2. a row that counts may come out, where the finding questions a cell on which that rests, or
--      whether the row may count at all; where it is its amount, it moves by the difference to what is
--      proposed, else by all of it.
--   3. a row that a warning says is left out would come in, where nothing else leaves it out.
--   Of a file that is turned back, less what counts of the row meanwhile.
-- authority: the handbook, indicators and held rows.
create or replace temp table effects_of_rows as
with single as (
    select
        weighed.*,
        case
            when holds or not is_counted
                then
                    case
                        when not would_count or (not holds and len(reasons) = 0) then null
                        when would_be_cny < minimum_cny then 0
                        when adds_amounts then stg.in_yi(would_be_cny)
                        else 1
                    end
            when is_amount and proposed_cny is not null
                then
                    case
                        when proposed_cny < minimum_cny then abs(contribution)
                        when adds_amounts then stg.in_yi(abs(amount_cny - proposed_cny))
                        else 0
                    end
            when is_about_counting then abs(contribution)
        end as own_value
    from weighed_rows as weighed
),

submissions as (
    select submission_id, receipt_no
    from core.submissions
),

-- Of rows that share a key one stays; of payments all may be put together.
shared as (
    select
        single.finding_key,
        single.indicator_code,
        if(
            single.is_flow, sum(single.own_value) over one_key, max(single.own_value) over one_key
        ) as value
    from single
    inner join submissions using (submission_id)
    where single.questions = 'key'
    window one_key as (
        partition by
            single.indicator_code, single.report_month, single.row_key, submissions.receipt_no
    )
),

-- Of two projects that are decided to be one, either may be the one that goes.
others as (
    select report_month, indicator_code, row_key as other_row_key, max(contribution) as contribution
    from recorded_rows
    where is_counted
    group by all
),

counted as (
    select report_month, indicator_code, department, row_key, sum(contribution) as value
    from recorded_rows
    where is_counted
    group by all
)

select
    single.finding_key,
    single.report_month,
    single.department,
    single.indicator_code,
    abs(
        case
            when shared.finding_key is not null then shared.value
            when single.other_row_key is not null and not single.holds
                then if(single.is_counted, greatest(single.own_value, others.contribution), null)
            else single.own_value
        end
        - if(single.is_turned_back, coalesce(counted.value, 0), 0)
    ) as value
from single
left join shared using (finding_key, indicator_code)
left join others using (report_month, indicator_code, other_row_key)
left join counted using (report_month, indicator_code, department, row_key);
