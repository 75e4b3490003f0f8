-- The rows of the versions that count which no rule holds back.
create or replace view accepted.{slug} as
select entries.*
from filed.{slug} as entries
anti join (select submission_id, sheet, excel_row from core.findings where holds) as held
    using (submission_id, sheet, excel_row);
