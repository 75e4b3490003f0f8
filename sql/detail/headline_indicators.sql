-- question: what was every headline figure, from when and until when?
-- grain: month × scope × indicator × publication from which it stood.
-- key: report_month, department, indicator_code, since_at.
-- formula: every row that was ever published, with the times from which and until which it stood.
-- authority: the public surface of the published database: mart.headline_as_of.
create or replace view detail.headline_indicators as
select
    told.report_month,
    stg.scope(told.department) as scope, -- 范围：zone全区、department单位
    told.department,
    told.indicator_code,
    told.indicator_name,
    told.value,
    stg.readable(told.value, units.places) as value_rounded, -- 数值，供阅读：亿元四舍五入到两位小数，个到整数
    told.unit,
    told.target_value,
    stg.readable(told.target_value, units.places) as target_value_rounded, -- 目标，供阅读，位数同value_rounded
    told.completion_pct,
    told.completion_pct_rounded,
    told.is_past_half,
    told.time_progress_pct,
    told.progress_gap_pp,
    told.rank,
    told.is_complete,
    told.note,
    told.target_submission_id,
    since.published_at as since_at, -- 从哪次发布起如此
    until.published_at as until_at -- 到哪次发布为止；现在仍如此的为空
from record.headline_indicators as told
left join core.units as units using (unit)
inner join core.refreshes as since on told.since_no = since.publication_no
left join core.refreshes as until on told.until_no = until.publication_no;

comment on view detail.headline_indicators is '历次发布的主要指标：每行从何时起、到何时止';
