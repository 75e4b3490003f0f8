-- question: what does each rule say of which row and cell of whose return, and what has come of it?
-- grain: rule × return, department and month × row (by its own key, none where it is about the file) ×
--   field; however many versions of the return have it.
-- key: rule, report_month, department, return_name, row_key, field.
-- formula: what is stored when files are judged and checked against each other, errors and warnings
--   alone; open as in int.judged_findings. On record, so that it can be told later what was said
--   once and is not any more: rules across files speak of versions in force alone.
-- authority: the public surface of the published database, rule_health.
create or replace view live.rule_cases as
select
    rule, -- 规则编号
    report_month, -- 所属月份，当月第一天
    department, -- 单位
    return_name, -- 报表的英文名
    row_key, -- 所在行自己的主键；整份文件的意见为空
    field, -- 字段的英文名；不在某一栏的为空
    bool_or(holds) as is_holding, -- 该行是否因此被扣留
    bool_or(is_open) as is_open, -- 是否未办结
    coalesce(bool_or(explanation is not null), false) as is_explained -- 单位是否有说明
from int.judged_findings
where severity <> 'info' and report_month is not null
group by rule, report_month, department, return_name, row_key, field;

comment on view live.rule_cases is '各规则对各行各栏提出的错误和警告，及其是否未办结、有说明';
