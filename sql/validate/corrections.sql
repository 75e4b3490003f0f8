-- The corrections (14) that are filed, as people wrote them.
select
    corrections.submission_id,
    corrections.sheet,
    corrections.excel_row,
    corrections.correction_no,
    corrections.department,
    corrections.report_month,
    submissions.report_month as form_month,
    submissions.arrival_no,
    accepted.submission_id is not null as is_accepted,
    corrections.filed_on,
    corrections.return_slug as stated_return,
    corrections.row_key as stated_key,
    corrections.field as stated_field,
    corrections.old_value as stated_old_value,
    corrections.new_value as stated_new_value
from filed.corrections as corrections
inner join core.submissions as submissions using (submission_id)
left join accepted.corrections as accepted using (submission_id, sheet, excel_row)
