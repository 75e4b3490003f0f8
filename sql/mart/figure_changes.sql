-- question: which published figures changed, when, by how much, and what caused it?
-- grain: month × scope × indicator × figure × publication × cause.
-- key: publication_no, report_month, department, indicator_code, figure, ordinal.
-- formula: as recorded when it was published; the rows of one figure add up from what was published
--   first (which has no row) to what is published now. Rows are never altered. A file is the cause
--   (new_file, resubmission) only of what changes when it comes to count because it was received;
--   what a withdrawal, a restoration, a correction, a decision or a rule lets in or out later is put
--   down to that.
--   What a lock held back is told when it is lifted, by what happened meanwhile.
-- authority: the public surface of the published database.
create or replace view mart.figure_changes as
select
    recorded.report_month, -- 指标所属月份，当月第一天
    stg.scope(recorded.department) as scope, -- 范围：zone全区、department单位；全区已含各单位，不可与单位相加
    coalesce(names.department, recorded.department) as department, -- 单位，全区合计为“全区”；更名的用现名
    recorded.indicator_code, -- 指标代码
    recorded.figure, -- 变化的数：value数值、target_value目标
    recorded.old_value, -- 变化以前的值；没有的为空
    recorded.new_value, -- 变化以后的值；没有的为空
    refreshes.published_at as changed_at, -- 变化随哪次发布生效的时间
    recorded.cause, -- 原因：new_file新报、resubmission重报、correction更正、withdrawal撤回、restoration恢复、target目标调整、definition口径或规则变化、decision重复项目的认定
    recorded.submission_id, -- 引起变化的报送，见mart.submissions；没有的为空
    recorded.settings, -- 原因为definition的，zone.toml中所改的设置及其前后的值；没有改设置的（规则、程序变化）为空
    recorded.publication_no, -- 第几次发布
    recorded.ordinal -- 同一次发布、同一指标内的次序
from core.figure_changes as recorded
inner join core.refreshes as refreshes using (publication_no)
left join core.department_names as names on recorded.department = names.name;

comment on view mart.figure_changes is '已发布数字的每一次变化：旧值、新值、时间、原因；同一指标各行首尾相接';
