-- question: which rows lie near a headline figure, which are in it, and why are the others not?
-- grain: month of the figure × indicator × row of its return (current versions, held back or not).
-- formula: as in the indicators; the cell is that of the row's amount, in the file as received.
-- authority: the handbook, indicators ZS01 to ZS05; what a zone wants beyond: from a headline to
--   its source.
create or replace view detail.headline_candidates as
with candidates as (
    select
        report_month, indicator_code, department, submission_id, sheet, excel_row, row_key,
        filed_month, label, amount_field, amount_cny, contribution, is_counted, reasons
    from int.headline_candidates
),

indicators as (
    select indicator_code, unit
    from core.indicators
),

submissions as (
    select submission_id, file
    from stg.submissions_in_force
),

columns as (
    select submission_id, sheet, field, column_letter
    from core.columns
)

select
    candidates.report_month,
    candidates.indicator_code,
    candidates.department,
    candidates.submission_id,
    submissions.file,
    candidates.sheet,
    columns.column_letter || candidates.excel_row as cell,
    candidates.excel_row,
    candidates.row_key,
    candidates.filed_month,
    candidates.label,
    candidates.amount_cny,
    candidates.contribution,
    indicators.unit,
    candidates.is_counted,
    candidates.reasons
from candidates
inner join indicators using (indicator_code)
inner join submissions using (submission_id)
left join columns
    on
        candidates.submission_id = columns.submission_id
        and candidates.sheet = columns.sheet
        and candidates.amount_field = columns.field;

comment on view detail.headline_candidates is '主要指标附近的每一行：是否计入，不计的原因，出自哪份文件的哪个单元格';
comment on column detail.headline_candidates.report_month is '指标所属月份，当月第一天';
comment on column detail.headline_candidates.indicator_code is '指标代码';
comment on column detail.headline_candidates.department is '该行的填报单位';
comment on column detail.headline_candidates.submission_id is '报送编号，见mart.submissions';
comment on column detail.headline_candidates.file is '收到的文件，投放文件夹内的路径';
comment on column detail.headline_candidates.sheet is '工作表';
comment on column detail.headline_candidates.cell is '金额所在单元格';
comment on column detail.headline_candidates.excel_row is '表格中的行号';
comment on column detail.headline_candidates.row_key is '该行的主键，如项目编号';
comment on column detail.headline_candidates.filed_month is '该行填报的月份；ZS02逐月累加，其余与report_month相同';
comment on column detail.headline_candidates.label is '项目名称';
comment on column detail.headline_candidates.amount_cny is '金额（元）：合同投资额、本月实到投资额或拟投资额';
comment on column detail.headline_candidates.contribution is '计入指标的数，按指标的单位；不计入的为0';
comment on column detail.headline_candidates.unit is '指标的单位：亿元、个';
comment on column detail.headline_candidates.is_counted is '是否计入';
comment on column detail.headline_candidates.reasons is '不计入的全部原因，以；相连；计入的为空';
