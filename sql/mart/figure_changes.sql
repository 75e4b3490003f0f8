-- question: which published figures changed, when, by how much, and what caused it?
-- grain: month × scope × indicator × figure × publication × cause.
-- formula: as recorded when it was published; the rows of one figure add up from what was published
--   first (which has no row) to what is published now. Rows are never altered. A file is the cause
--   (new_file, resubmission) only of what changes when it comes to count because it was received;
--   what a withdrawal, a correction, a decision or a rule lets in or out later is put down to that.
--   What a lock held back is told when it is lifted, by what happened meanwhile.
-- authority: the public surface of the published database.
create or replace view mart.figure_changes as
with recorded as (
    select
        publication_no, ordinal, report_month, department, indicator_code, figure, old_value,
        new_value, cause, submission_id
    from core.figure_changes
),

refreshes as (
    select publication_no, published_at
    from core.refreshes
)

select
    recorded.report_month,
    recorded.department,
    recorded.indicator_code,
    recorded.figure,
    recorded.old_value,
    recorded.new_value,
    refreshes.published_at as changed_at,
    recorded.cause,
    recorded.submission_id,
    recorded.publication_no,
    recorded.ordinal
from recorded
inner join refreshes using (publication_no);

comment on view mart.figure_changes is '已发布数字的每一次变化：旧值、新值、时间、原因；同一指标各行首尾相接';
comment on column mart.figure_changes.report_month is '指标所属月份，当月第一天';
comment on column mart.figure_changes.department is '单位，全区合计为“全区”';
comment on column mart.figure_changes.indicator_code is '指标代码';
comment on column mart.figure_changes.figure is '变化的数：value数值、target_value目标';
comment on column mart.figure_changes.old_value is '变化以前的值；没有的为空';
comment on column mart.figure_changes.new_value is '变化以后的值；没有的为空';
comment on column mart.figure_changes.changed_at is '变化随哪次发布生效的时间';
comment on column mart.figure_changes.cause is '原因：new_file新报、resubmission重报、correction更正、withdrawal撤回、target目标调整、definition口径或规则变化、decision重复项目的认定';
comment on column mart.figure_changes.submission_id is '引起变化的报送，见mart.submissions；没有的为空';
comment on column mart.figure_changes.publication_no is '第几次发布';
comment on column mart.figure_changes.ordinal is '同一次发布、同一指标内的次序';
