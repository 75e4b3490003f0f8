-- Findings of one return's rows know their row by its own key, which stays when rows move.
update core.findings as findings
set row_key = filed.own_key
from rows.{slug} as filed
where
    findings.return_name = '{slug}'
    and findings.row_key is null
    and findings.submission_id = filed.submission_id
    and findings.sheet = filed.sheet
    and findings.excel_row = filed.excel_row;
