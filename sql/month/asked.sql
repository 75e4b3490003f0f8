-- How much of a month is to be corrected, explained, decided and filed, by whose it is.
with asked as (
    select department, to_correct, to_explain, to_decide, 0 as to_file
    from detail.to_do
    where report_month = $month
    union all
    select department, 0, 0, 0, 1
    from mart.findings
    where report_month = $month and asks = 'file'
)

select
    department,
    sum(to_correct)::bigint as correct,
    sum(to_explain)::bigint as explain,
    sum(to_decide)::bigint as decide,
    sum(to_file)::bigint as file
from asked
group by department
order by department nulls last;
