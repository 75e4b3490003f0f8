-- The corrections that departments filed to rows of the year up to a month.
select
    correction_no, department, report_month, return_slug, row_key, field, old_value, new_value,
    method, reason, approved_on
from mart.corrections
where report_month between date_trunc('year', $month)::date and $month
order by report_month, correction_no, row_key, field;
