-- question: how far is the zone's campaign, and what has been signed since its start?
-- grain: month whose end lies within the campaign; no rows where the zone has none.
-- key: report_month.
-- formula: as recorded when it was last published (live.campaign); a locked month stays as it was
--   when it was locked.
-- authority: the handbook, 70-day campaign; what a zone wants beyond: lock.
create or replace view mart.campaign as
select
    report_month,
    starts_on,
    ends_on,
    elapsed_days,
    remaining_days,
    elapsed_pct,
    contracts_signed,
    contract_value,
    stg.readable(contract_value, 2) as contract_value_rounded -- 合同投资额（亿元），供阅读，四舍五入到两位小数
from record.campaign
where until_no is null;

comment on view mart.campaign is '集中行动（如70天攻坚）的进度，按行动期内的月末';
