-- question: where does it stand what the year's task is?
-- grain: row of a target in force or replaced.
-- key: submission_id, sheet, excel_row.
-- formula: the accepted rows of 01 with the file and the cell of the target, as received. The first of
--   a year, a department and an indicator is in force from January.
-- authority: the handbook, from file to figure: targets; what a zone wants beyond: from a headline to its
--   source.
create or replace view detail.targets as
select
    issued.year, -- 年度
    issued.department, -- 责任单位，全区合计为“全区”
    issued.indicator_code, -- 指标代码
    issued.target, -- 目标值，按unit
    issued.unit, -- 计量单位
    issued.doc_no, -- 下达文号
    issued.issued_on, -- 下达日期
    issued.submission_id, -- 报送编号，见mart.submissions
    submissions.file, -- 收到的文件，投放文件夹内的路径
    issued.sheet, -- 工作表
    columns.column_letter || issued.excel_row as cell, -- 目标值所在单元格
    issued.excel_row, -- 表格中的行号
    row_number() over (
        partition by issued.year, issued.department, issued.indicator_code
        order by issued.issued_on, submissions.arrival_no, issued.sheet, issued.excel_row
    ) = 1 as is_first -- 是否为该年度最先下达的
from accepted.annual_targets as issued
inner join core.submissions as submissions using (submission_id)
left join core.columns as columns
    on
        issued.submission_id = columns.submission_id
        and issued.sheet = columns.sheet
        and columns.field = 'target'
        and issued.excel_row between columns.from_row and columns.to_row;

comment on view detail.targets is '下达的目标任务及其出处：文件、工作表、单元格';
