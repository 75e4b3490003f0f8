-- 哪些报表没有按时报？
select
    filed.report_month, filed.department, forms.label as return_title, words.label as state,
    filed.due_on
from mart.return_status as filed
inner join mart.dim_return as forms using (return_name)
inner join mart.dim_label as words on words.column_name = 'state' and filed.state = words.slug
where filed.state in ('late', 'missing', 'rejected')
order by filed.report_month, filed.department, forms.ordinal;
