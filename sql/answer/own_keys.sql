-- The own keys of the rows of one return that have findings, by the files' numbers.
select distinct
    entries.submission_id, entries.sheet, entries.excel_row,
    coalesce(entries.own_key, '') as own_key
from rows.{slug} as entries
inner join core.submissions as submissions using (submission_id)
semi join core.findings as findings using (submission_id, sheet, excel_row)
where submissions.receipt_no in (select unnest(?));
