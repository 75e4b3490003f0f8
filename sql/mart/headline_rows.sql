-- question: which rows make up each headline figure?
-- grain: month of the figure × indicator × contributing row.
-- formula: the counted rows near the figure; their contributions add up to its value. A row carries
--   its own department, none is repeated for 全区.
-- authority: the handbook, indicators ZS01 to ZS05; the public surface of the published database.
create or replace view mart.headline_rows as
with candidates as (
    select
        report_month, department, indicator_code, submission_id, file, sheet, cell, excel_row,
        row_key, filed_month, label, amount_cny, contribution, unit
    from detail.headline_candidates
    where is_counted
)

select
    report_month,
    department,
    indicator_code,
    submission_id,
    file,
    sheet,
    cell,
    excel_row,
    row_key,
    filed_month,
    label,
    amount_cny,
    contribution,
    unit
from candidates;

comment on view mart.headline_rows is '主要指标由哪些行构成：每行的contribution相加即为指标的数值';
comment on column mart.headline_rows.report_month is '指标所属月份，当月第一天';
comment on column mart.headline_rows.department is '该行的填报单位；不为全区另列';
comment on column mart.headline_rows.indicator_code is '指标代码，见mart.headline_indicators';
comment on column mart.headline_rows.submission_id is '报送编号，见mart.submissions';
comment on column mart.headline_rows.file is '收到的文件，投放文件夹内的路径';
comment on column mart.headline_rows.sheet is '工作表';
comment on column mart.headline_rows.cell is '金额所在单元格';
comment on column mart.headline_rows.excel_row is '表格中的行号';
comment on column mart.headline_rows.row_key is '该行的主键，如项目编号';
comment on column mart.headline_rows.filed_month is '该行填报的月份；ZS02逐月累加，其余与report_month相同';
comment on column mart.headline_rows.label is '项目名称';
comment on column mart.headline_rows.amount_cny is '金额（元）：合同投资额、本月实到投资额或拟投资额';
comment on column mart.headline_rows.contribution is '该行计入指标的数，按指标的单位';
comment on column mart.headline_rows.unit is '指标的单位：亿元、个';
