-- question: which rows make up each secondary figure, and why are rows near by not in it?
-- grain: month × figure × row (a ledger's latest row of each key, a monthly list's rows).
-- formula: as computed now (int.secondary_rows_live); of a locked month, as published when it was
--   locked: later files, rules, definitions and targets do not move it.
-- authority: the handbook, secondary figures; what a zone wants beyond: from a figure to its source,
--   lock.
create or replace view detail.secondary_rows as
with locked as (
    select report_month, publication_no
    from core.locks
),

live as (
    select
        report_month, indicator_code, department, submission_id, file, sheet, cell, excel_row,
        row_key, label, contribution, unit, is_counted, reasons
    from int.secondary_rows_live
    anti join locked using (report_month)
),

frozen as (
    select
        past.report_month, past.indicator_code, past.department, past.submission_id, past.file,
        past.sheet, past.cell, past.excel_row, past.row_key, past.label, past.contribution,
        past.unit, past.is_counted, past.reasons
    from history.secondary_rows as past
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
    label,
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
    label,
    contribution,
    unit,
    is_counted,
    reasons
from frozen;

comment on view detail.secondary_rows is '次要指标由哪些行构成，旁边的行为什么不计';
comment on column detail.secondary_rows.report_month is '指标所属月份，当月第一天；本年累计至月末';
comment on column detail.secondary_rows.indicator_code is '指标代码，见mart.secondary_indicators';
comment on column detail.secondary_rows.department is '该行的填报单位';
comment on column detail.secondary_rows.submission_id is '报送编号，见mart.submissions';
comment on column detail.secondary_rows.file is '收到的文件，投放文件夹内的路径';
comment on column detail.secondary_rows.sheet is '工作表';
comment on column detail.secondary_rows.cell is '该行的第一个单元格';
comment on column detail.secondary_rows.excel_row is '表格中的行号';
comment on column detail.secondary_rows.row_key is '该行的主键，如行程编号';
comment on column detail.secondary_rows.label is '名称：企业、事项、任务等';
comment on column detail.secondary_rows.contribution is '计入指标的数；网上办比例为可网上办的事项数';
comment on column detail.secondary_rows.unit is '指标的单位';
comment on column detail.secondary_rows.is_counted is '是否计入';
comment on column detail.secondary_rows.reasons is '不计入的原因；计入的为空';
