-- What a check's query found (`offending`), with the cell that the department sees and whose return
-- it is; what has no file says of itself which return is meant.
select
    offending.*,
    columns.column_letter || offending.excel_row as cell,
    columns.header as column_name,
    submissions.report_month as filed_for,
    submissions.department as filed_by,
    submissions.return_name as filed_as
from offending
left join core.submissions as submissions using (submission_id)
left join core.columns as columns
    on
        offending.submission_id = columns.submission_id
        and offending.sheet = columns.sheet
        and offending.field = columns.field
        and coalesce(offending.excel_row, 0) between columns.from_row and columns.to_row
where {is_answer}
