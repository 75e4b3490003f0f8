-- A row's own remark explains every warning at it that nothing else explains.
update core.findings as findings
set explanation = filed.{remark}
from rows.{slug} as filed
where
    findings.return_name = '{slug}'
    and findings.severity = 'warning'
    and findings.explanation is null
    and filed.submission_id = findings.submission_id
    and filed.sheet = findings.sheet
    and filed.excel_row = findings.excel_row
    and filed.{remark} is not null;
