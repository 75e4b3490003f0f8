-- question: how far is the zone's campaign, and what has been signed since its start?
-- grain: month that ends within the campaign, or in which the campaign ends; no rows where the zone has none.
-- key: report_month.
-- formula: the first day is day 0, so 04-21 to 06-30 are 70 days and 05-31 is day 40; the counted
--   contracts (S) of the month signed on or after the first day, their number and amount, as of the
--   month's end or the campaign's last day. Of a campaign that began in an earlier year, with those of
--   each earlier year as its last month with figures has them on record: a year's list need not carry
--   on what was signed before. Null where nobody has filed signed projects for the month.
-- authority: the handbook, 70-day campaign; from file to figure: the campaign.
create or replace view live.campaign as
with days as (
    select
        calendar.report_month,
        zone.campaign_starts_on as starts_on,
        zone.campaign_ends_on as ends_on,
        least(calendar.ends_on, zone.campaign_ends_on) as as_of,
        as_of - zone.campaign_starts_on as elapsed_days,
        zone.campaign_ends_on - as_of as remaining_days
    from int.calendar as calendar
    inner join core.zone as zone
        on
            calendar.ends_on >= zone.campaign_starts_on
            and calendar.report_month <= zone.campaign_ends_on
),

earlier_years as (
    select year(report_month) as year, max(report_month) as last_month
    from core.months
    group by year(report_month)
),

counted as (
    select days.report_month, contracts.contract_amount_cny as amount_cny
    from days
    inner join int.contract_rows as contracts
        on
            days.report_month = contracts.report_month
            and contracts.signed_on between days.starts_on and days.as_of
    where contracts.is_contract
    union all
    select days.report_month, past.amount_cny
    from days
    inner join earlier_years
        on
            year(days.starts_on) <= earlier_years.year
            and year(days.report_month) > earlier_years.year
    inner join record.headline_candidates as past
        on earlier_years.last_month = past.report_month
    inner join rows.signed_projects as contracts
        on
            past.submission_id = contracts.submission_id
            and past.sheet = contracts.sheet
            and past.excel_row = contracts.excel_row
            and days.starts_on <= contracts.signed_on
    where past.indicator_code = 'ZS01' and past.is_counted and past.until_no is null
),

signed as (
    select
        report_month,
        count(*) as contracts_signed,
        stg.in_yi(sum(amount_cny)) as contract_value
    from counted
    group by report_month
),

known as (
    select
        days.*,
        days.report_month in (
            select report_month
            from stg.submissions_in_force
            where return_name = 'signed_projects'
        ) as is_filed
    from days
)

select
    known.report_month, -- 月份，当月第一天；数值截至月末
    known.starts_on, -- 行动开始日期，记为第0天
    known.ends_on, -- 行动结束日期
    known.elapsed_days, -- 至月末（最后一个月至结束日）已过天数
    known.remaining_days, -- 月末至结束剩余天数
    stg.ratio_pct(known.elapsed_days, known.elapsed_days + known.remaining_days) as elapsed_pct, -- 已过天数占总天数（%），截到十位小数
    case when known.is_filed then coalesce(signed.contracts_signed, 0) end as contracts_signed, -- 行动开始以来签约并计入合同投资额的合同数
    case when known.is_filed then coalesce(signed.contract_value, 0)::decimal(38, 12) end as contract_value -- 行动开始以来签约并计入的合同投资额（亿元）
from known
left join signed using (report_month);

comment on view live.campaign is '集中行动（如70天攻坚）的进度，按行动期内的月末';
