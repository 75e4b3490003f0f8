-- question: how does each rule do: how often does it speak, is it heeded, explained away, left open?
-- grain: rule × month.
-- key: rule, report_month.
-- formula: a case is what a rule says of one row and cell of one return (detail.rule_cases), however
--   often, in whatever versions; errors and warnings alone. Each case that was ever published is open
--   now, or explained, or stands no more: corrected, filed, withdrawn, or the rule itself was changed.
--   What could not be placed in a month is left out; a department with a new name is the same one.
-- authority: the public surface of the published database.
create or replace view mart.rule_health as
with named as (
    select
        past.rule,
        past.report_month,
        coalesce(names.department, past.department) as department,
        past.return_name,
        past.row_key,
        past.field,
        past.is_holding,
        past.is_open,
        past.is_explained,
        past.since_at,
        past.until_at is null as is_said
    from detail.rule_cases as past
    left join detail.departments as names on past.department = names.name
),

told as (
    select
        rule,
        report_month,
        bool_or(is_holding) as was_held,
        max_by(is_open, since_at) and bool_or(is_said) as is_open,
        max_by(is_explained, since_at) and bool_or(is_said) as is_explained
    from named
    group by rule, report_month, department, return_name, row_key, field
)

select
    rule, -- 规则编号
    report_month, -- 所属月份，当月第一天
    count(*) as fired, -- 提出过的错误和警告：同一行同一栏只算一处，不论报过几版
    count(*) filter (where not is_open and not is_explained) as corrected, -- 其中已不再成立的：改正、补报、撤回，或规则已改
    count(*) filter (where is_explained and not is_open) as explained, -- 其中单位已说明的
    count(*) filter (where was_held) as held, -- 其中扣留过数据行的
    count(*) filter (where is_open) as still_open -- 其中未办结的
from told
group by rule, report_month;

comment on view mart.rule_health is '规则的成效：各月各规则提出多少处，改正、说明、扣留、未办结各多少';
