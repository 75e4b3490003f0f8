-- question: why did each row near a published headline figure come to count otherwise?
-- grain: month × indicator × row (its own key, in the month that it was filed for) × publication.
-- key: publication_no, report_month, indicator_code, department, filed_month, row_key.
-- formula: as recorded when it was published; of one figure and cause the rows' changes add up to that
--   part of mart.figure_changes. Publications of versions before this was on record have none.
-- authority: the handbook, what a zone wants beyond: corrections, their cause and effect.
create or replace view detail.row_changes as
select
    recorded.report_month, -- 指标所属月份，当月第一天
    recorded.indicator_code, -- 指标代码
    coalesce(names.department, recorded.department) as department, -- 单位；更名的用现名
    recorded.filed_month, -- 该行是哪个月报的，当月第一天
    recorded.row_key, -- 该行的主键，如项目编号
    refreshes.published_at as changed_at, -- 变化随哪次发布生效的时间
    recorded.cause, -- 原因，同mart.figure_changes
    recorded.submission_id, -- 引起变化的报送，见mart.submissions；没有的为空
    recorded.publication_no -- 第几次发布
from core.row_changes as recorded
inner join core.refreshes as refreshes using (publication_no)
left join core.department_names as names on recorded.department = names.name;

comment on view detail.row_changes is '主要指标附近每一行变化的原因：哪次发布、由哪份报送引起';
