-- Every file that is replied to, for some months, and those that don't say for which one.
select receipt_no, file, report_month, department
from int.replied_files
where own_month is null or list_contains($months, own_month)
order by receipt_no;
