-- question: what was found wrong or worth saying, and where in whose file?
-- grain: finding; without a submission where it has no file (a return never filed, a target).
-- formula: as stored when the files were judged and checked against each other; contacts, and
--   telephone numbers in free text are masked.
-- authority: the handbook, rules.
create or replace view mart.findings as
with findings as (
    select
        submission_id, rule, severity, holds, nullif(sheet, '') as sheet, cell, excel_row,
        column_name, field, value, message, suggestion, report_month, department, return_name,
        explanation
    from core.findings
),

personal as (
    select return_name, field, true as is_personal
    from core.personal_fields
)

select
    submission_id,
    rule,
    severity,
    sheet,
    cell,
    excel_row,
    column_name,
    case
        when is_personal then stg.masked(value)
        when field in ('remark', 'outcome', 'content', 'reason') then stg.masked_phones(value)
        else value
    end as value,
    message,
    suggestion,
    report_month,
    department,
    return_name,
    stg.masked_phones(explanation) as explanation,
    field,
    holds as is_holding
from findings
left join personal using (return_name, field);

comment on view mart.findings is '审核意见：每条一行，指明文件、工作表、单元格、所见的值和处理办法';
comment on column mart.findings.submission_id is '报送编号；没有文件的（如未报）为空';
comment on column mart.findings.rule is '规则编号';
comment on column mart.findings.severity is '程度：error错误、warning警告、info提示';
comment on column mart.findings.sheet is '工作表';
comment on column mart.findings.cell is '单元格，如F12；整份文件的意见为空';
comment on column mart.findings.excel_row is '表格中的行号；整份文件的意见为空';
comment on column mart.findings.column_name is '文件中的表头';
comment on column mart.findings.value is '所见的值';
comment on column mart.findings.message is '意见';
comment on column mart.findings.suggestion is '处理办法';
comment on column mart.findings.report_month is '所属月份，当月第一天';
comment on column mart.findings.department is '单位';
comment on column mart.findings.return_name is '报表的英文名';
comment on column mart.findings.explanation is '单位的说明';
comment on column mart.findings.field is '字段的英文名';
comment on column mart.findings.is_holding is '该行是否因此被扣留';
