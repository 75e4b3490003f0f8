-- question: which rows lie near a headline figure, which are in it, and why are the others not?
-- grain: month of the figure × indicator × row of its return (current versions, held back or not).
-- formula: as computed now (int.candidates_live); of a locked month, as published when it was locked:
--   later files, rules, definitions and targets do not move it.
-- authority: the handbook, what a zone wants beyond: lock.
create or replace view detail.headline_candidates as
with locked as (
    select report_month, publication_no
    from core.locks
),

live as (
    select
        report_month, indicator_code, department, submission_id, file, sheet, cell, excel_row,
        row_key, filed_month, label, amount_cny, contribution, unit, is_counted, reasons
    from int.candidates_live
    anti join locked using (report_month)
),

frozen as (
    select
        past.report_month, past.indicator_code, past.department, past.submission_id, past.file,
        past.sheet, past.cell, past.excel_row, past.row_key, past.filed_month, past.label,
        past.amount_cny, past.contribution, past.unit, past.is_counted, past.reasons
    from history.headline_candidates as past
    inner join locked using (report_month)
    where
        past.since_no <= locked.publication_no
        and (past.until_no is null or past.until_no > locked.publication_no)
)

select
    report_month,
    indicator_code,
    department,
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
    unit,
    is_counted,
    reasons
from live
union all
select
    report_month,
    indicator_code,
    department,
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
    unit,
    is_counted,
    reasons
from frozen;

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
