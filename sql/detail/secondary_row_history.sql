-- question: which rows lay near a secondary figure at an earlier time, and counted or not?
-- grain: month × figure × row × span of publications in which it stood unchanged.
-- formula: as published; `until_at` is the publication that changed or dropped it, null while it stands.
-- authority: the handbook, what a zone wants beyond: from a figure to its source.
create or replace view detail.secondary_row_history as
with past as (
    select
        report_month, indicator_code, department, submission_id, file, sheet, cell, excel_row,
        row_key, label, contribution, unit, is_counted, reasons, since_no, until_no
    from history.secondary_rows
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
    past.label,
    past.contribution,
    past.unit,
    past.is_counted,
    past.reasons,
    since.published_at as since_at,
    until.published_at as until_at
from past
inner join refreshes as since on past.since_no = since.publication_no
left join refreshes as until on past.until_no = until.publication_no;

comment on view detail.secondary_row_history is '次要指标附近各行的历次发布：从何时起、到何时止';
comment on column detail.secondary_row_history.report_month is '指标所属月份，当月第一天；本年累计至月末';
comment on column detail.secondary_row_history.indicator_code is '指标代码，见mart.secondary_indicators';
comment on column detail.secondary_row_history.department is '该行的填报单位';
comment on column detail.secondary_row_history.submission_id is '报送编号，见mart.submissions';
comment on column detail.secondary_row_history.file is '收到的文件，投放文件夹内的路径';
comment on column detail.secondary_row_history.sheet is '工作表';
comment on column detail.secondary_row_history.cell is '该行的第一个单元格';
comment on column detail.secondary_row_history.excel_row is '表格中的行号';
comment on column detail.secondary_row_history.row_key is '该行的主键，如行程编号';
comment on column detail.secondary_row_history.label is '名称：企业、事项、任务等';
comment on column detail.secondary_row_history.contribution is '计入指标的数；网上办比例为可网上办的事项数';
comment on column detail.secondary_row_history.unit is '指标的单位';
comment on column detail.secondary_row_history.is_counted is '是否计入';
comment on column detail.secondary_row_history.reasons is '不计入的原因；计入的为空';
comment on column detail.secondary_row_history.since_at is '从哪次发布起如此';
comment on column detail.secondary_row_history.until_at is '到哪次发布为止；现在仍如此的为空';
