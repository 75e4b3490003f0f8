-- The returns that departments owe for months (null: all), in the order of the forms.
select status.report_month, status.department, status.return_name, status.state, status.due_on
from mart.return_status as status
inner join core.returns as returns using (return_name)
where $months is null or list_contains($months, status.report_month)
order by returns.ordinal;
