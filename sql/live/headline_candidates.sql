-- question: which rows lie near a headline figure, which are in it, and why are the others not?
-- grain: month of the figure × indicator × row of its return: of the versions that count, held back
--   or not, and of those that rules across files turned back.
-- key: report_month, indicator_code, submission_id, sheet, excel_row.
-- formula: as in the indicators; the cell is that of the row's amount, in the file as received.
-- authority: the handbook, indicators; what a zone wants beyond: from a headline to its source.
create or replace view live.headline_candidates as
with candidates as (
    select
        report_month, indicator_code, department, submission_id, file, sheet, excel_row, row_key,
        filed_month, label, amount_cny, amount_field, reasons
    from int.headline_candidates
    where turned_back_id is null
),

named as (
    select
        cells.submission_id,
        cells.sheet,
        cells.excel_row,
        list({
            'number': corrections.correction_no,
            'submission_id': corrections.submission_id,
            'report_month': corrections.report_month,
            'field': corrections.field,
            'new_value': corrections.new_value,
            'is_met': stg.name_key(cells.cells[corrections.field]) = corrections.new_value
        } order by corrections.correction_no, corrections.submission_id) as corrections
    from int.cells as cells
    inner join core.corrections_in_force as corrections
        on
            cells.return_name = corrections.return_name
            and stg.name_key(cells.row_key) = corrections.row_key
    where cells.return_name in (select return_name from core.corrections_in_force)
    group by cells.submission_id, cells.sheet, cells.excel_row
)

select
    candidates.report_month, -- 指标所属月份，当月第一天
    candidates.indicator_code, -- 指标代码，见mart.headline_indicators
    candidates.department, -- 该行的填报单位；不为全区另列
    candidates.submission_id, -- 报送编号，见mart.submissions
    candidates.file, -- 收到的文件，投放文件夹内的路径
    candidates.sheet, -- 工作表
    columns.column_letter || candidates.excel_row as cell, -- 金额所在单元格
    candidates.excel_row, -- 表格中的行号
    candidates.row_key, -- 该行的主键，如项目编号
    candidates.filed_month, -- 该行填报的月份；逐月累加的指标含以前各月，其余与report_month相同
    candidates.label, -- 项目名称
    candidates.amount_cny, -- 金额（元）：合同投资额、本月实到投资额或拟投资额
    case
        when len(candidates.reasons) > 0 then 0
        when indicators.adds_amounts then stg.in_yi(candidates.amount_cny)
        else 1
    end::decimal(38, 12) as contribution, -- 该行计入指标的数，按指标的单位；不计入的为0
    indicators.unit, -- 指标的单位：亿元、个
    len(candidates.reasons) = 0 as is_counted, -- 是否计入
    candidates.reasons, -- 不计入的全部原因：代码及其所指；计入的为空
    named.corrections -- 针对该行的有效更正单，及该行是否已是更正值
from candidates
inner join core.indicators as indicators using (indicator_code)
left join core.columns as columns
    on
        candidates.submission_id = columns.submission_id
        and candidates.sheet = columns.sheet
        and coalesce(candidates.amount_field, indicators.amount) = columns.field
        and candidates.excel_row between columns.from_row and columns.to_row
left join named
    on
        candidates.submission_id = named.submission_id
        and candidates.sheet = named.sheet
        and candidates.excel_row = named.excel_row;

comment on view live.headline_candidates is '主要指标附近的每一行：是否计入，不计的原因，出自哪份文件的哪个单元格';
