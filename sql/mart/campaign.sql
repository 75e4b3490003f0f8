-- question: how far is the zone's campaign, and what has been signed since its start?
-- grain: month whose end lies within the campaign; no rows where the zone has none.
-- formula: as computed now (int.campaign_live); of a locked month, as published when it was locked:
--   later files, rules, definitions and targets do not move it.
-- authority: the handbook, what a zone wants beyond: lock.
create or replace view mart.campaign as
with locked as (
    select report_month, publication_no
    from core.locks
),

live as (
    select
        report_month, starts_on, ends_on, elapsed_days, remaining_days, elapsed_pct,
        contracts_signed, contract_value
    from int.campaign_live
    anti join locked using (report_month)
),

frozen as (
    select
        past.report_month, past.starts_on, past.ends_on, past.elapsed_days,
        past.remaining_days, past.elapsed_pct, past.contracts_signed, past.contract_value
    from history.campaign as past
    inner join locked using (report_month)
    where
        past.since_no <= locked.publication_no
        and (past.until_no is null or past.until_no > locked.publication_no)
)

select
    report_month,
    starts_on,
    ends_on,
    elapsed_days,
    remaining_days,
    elapsed_pct,
    contracts_signed,
    contract_value
from live
union all
select
    report_month,
    starts_on,
    ends_on,
    elapsed_days,
    remaining_days,
    elapsed_pct,
    contracts_signed,
    contract_value
from frozen;

comment on view mart.campaign is '集中行动（如70天攻坚）的进度，按行动期内的月末';
comment on column mart.campaign.report_month is '月份，当月第一天；数值截至月末';
comment on column mart.campaign.starts_on is '行动开始日期，记为第0天';
comment on column mart.campaign.ends_on is '行动结束日期';
comment on column mart.campaign.elapsed_days is '至月末已过天数';
comment on column mart.campaign.remaining_days is '月末至结束剩余天数';
comment on column mart.campaign.elapsed_pct is '已过天数占总天数（%），截到十位小数';
comment on column mart.campaign.contracts_signed is '行动开始以来签约并计入合同投资额的合同数';
comment on column mart.campaign.contract_value is '行动开始以来签约并计入的合同投资额（亿元）';
