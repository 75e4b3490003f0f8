-- What departments have to do for a month: returns missing, and what is to be corrected, explained and
-- decided.
with owed as (
    select department, count(*) as missing_count
    from mart.return_status
    where report_month = $month and state in ('missing', 'rejected')
    group by department
),

asked as (
    select
        department,
        sum(to_correct)::bigint as to_correct,
        sum(to_explain)::bigint as to_explain,
        sum(to_decide)::bigint as to_decide
    from detail.to_do
    where report_month = $month and department is not null
    group by department
),

together as (
    select
        department,
        coalesce(owed.missing_count, 0) as missing_count,
        coalesce(asked.to_correct, 0) as to_correct,
        coalesce(asked.to_explain, 0) as to_explain,
        coalesce(asked.to_decide, 0) as to_decide
    from owed
    full join asked using (department)
)

select department, missing_count, to_correct, to_explain, to_decide
from together
order by department;
