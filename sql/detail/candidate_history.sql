-- question: which rows lay near a headline figure at an earlier time, and counted or not?
-- grain: month × indicator × row × span of publications in which it stood unchanged.
-- formula: as published; `until_at` is the publication that changed or dropped it, null while it stands.
-- authority: the handbook, what a zone wants beyond: from a headline to its source.
create or replace view detail.candidate_history as
with past as (
    select
        report_month, indicator_code, department, submission_id, file, sheet, cell, excel_row,
        row_key, filed_month, label, amount_cny, contribution, unit, is_counted, reasons, since_no,
        until_no
    from history.headline_candidates
),

refreshes as (
    select publication_no, published_at
    from core.refreshes
)

select
    past.report_month,
    past.indicator_code,
    past.department,
    past.submission_id,
    past.file,
    past.sheet,
    past.cell,
    past.excel_row,
    past.row_key,
    past.filed_month,
    past.label,
    past.amount_cny,
    past.contribution,
    past.unit,
    past.is_counted,
    past.reasons,
    since.published_at as since_at,
    until.published_at as until_at
from past
inner join refreshes as since on past.since_no = since.publication_no
left join refreshes as until on past.until_no = until.publication_no;

comment on view detail.candidate_history is '主要指标附近各行的历次发布：从何时起、到何时止';
comment on column detail.candidate_history.report_month is '指标所属月份，当月第一天';
comment on column detail.candidate_history.indicator_code is '指标代码';
comment on column detail.candidate_history.department is '该行的填报单位';
comment on column detail.candidate_history.submission_id is '报送编号，见mart.submissions';
comment on column detail.candidate_history.file is '收到的文件，投放文件夹内的路径';
comment on column detail.candidate_history.sheet is '工作表';
comment on column detail.candidate_history.cell is '金额所在单元格';
comment on column detail.candidate_history.excel_row is '表格中的行号';
comment on column detail.candidate_history.row_key is '该行的主键，如项目编号';
comment on column detail.candidate_history.filed_month is '该行填报的月份；ZS02逐月累加，其余与report_month相同';
comment on column detail.candidate_history.label is '项目名称';
comment on column detail.candidate_history.amount_cny is '金额（元）：合同投资额、本月实到投资额或拟投资额';
comment on column detail.candidate_history.contribution is '计入指标的数，按指标的单位；不计入的为0';
comment on column detail.candidate_history.unit is '指标的单位：亿元、个';
comment on column detail.candidate_history.is_counted is '是否计入';
comment on column detail.candidate_history.reasons is '不计入的全部原因，以；相连；计入的为空';
comment on column detail.candidate_history.since_at is '从哪次发布起如此';
comment on column detail.candidate_history.until_at is '到哪次发布为止；现在仍如此的为空';
