-- The versions of months (null: all) that wait for a word, as receipts tell them.
select
    report_month,
    department,
    submission_id,
    return_name,
    stg.masked_phones(file) as file,
    concat(message, kept, suggestion) as asked
from detail.versions_in_doubt
where $months is null or list_contains($months, report_month)
order by submission_id;
