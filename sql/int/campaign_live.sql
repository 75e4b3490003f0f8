-- question: how far is the zone's campaign, and what has been signed since its start?
-- grain: month whose end lies within the campaign; no rows where the zone has none.
-- formula: the first day is day 0, so 04-21 to 06-30 are 70 days and 05-31 is day 40; the counted
--   contracts (S) of the month signed on or after the first day, their number and amount. Null
--   where nobody has filed signed projects for the month.
-- authority: the handbook, 70-day campaign.
create or replace view int.campaign_live as
with calendar as (
    select report_month, ends_on
    from int.calendar
),

zone as (
    select campaign_starts_on as starts_on, campaign_ends_on as ends_on
    from core.zone
),

contracts as (
    select report_month, signed_on, contract_amount_cny
    from int.contract_rows
    where is_contract
),

filed as (
    select distinct report_month
    from stg.submissions_in_force
    where return_name = 'signed_projects'
),

days as (
    select
        calendar.report_month,
        zone.starts_on,
        zone.ends_on,
        calendar.ends_on - zone.starts_on as elapsed_days,
        zone.ends_on - calendar.ends_on as remaining_days
    from calendar
    inner join zone on calendar.ends_on between zone.starts_on and zone.ends_on
),

signed as (
    select
        days.report_month,
        count(*) as contracts_signed,
        stg.in_yi(sum(contracts.contract_amount_cny)) as contract_value
    from days
    inner join contracts
        on
            days.report_month = contracts.report_month
            and contracts.signed_on >= days.starts_on
    group by days.report_month
)

select
    days.report_month,
    days.starts_on,
    days.ends_on,
    days.elapsed_days,
    days.remaining_days,
    stg.ratio_pct(days.elapsed_days, days.elapsed_days + days.remaining_days) as elapsed_pct,
    case when filed.report_month is not null then coalesce(signed.contracts_signed, 0) end
        as contracts_signed,
    case
        when filed.report_month is not null
            then coalesce(signed.contract_value, 0)::decimal(38, 12)
    end as contract_value
from days
left join filed using (report_month)
left join signed using (report_month);

comment on view int.campaign_live is '按现在的报送计算的集中行动进度';
