-- What departments have to do for a month: returns missing, and current or turned back ones that
-- have to be corrected or explained.
with owed as (
    select department, count(*) as missing_count
    from mart.return_status
    where report_month = $month and state in ('missing', 'rejected')
    group by department
),

unexplained as (
    select distinct submission_id
    from mart.findings
    where report_month = $month and is_open and severity = 'warning'
),

asked as (
    select
        submissions.department,
        count(*) filter (where submissions.status = 'partly_accepted') as held_count,
        count(unexplained.submission_id) filter (
            where submissions.status = 'accepted_with_warnings'
        ) as questioned_count
    from mart.submissions as submissions
    left join unexplained using (submission_id)
    where submissions.report_month = $month and submissions.is_current
    group by submissions.department
),

together as (
    select
        department,
        coalesce(owed.missing_count, 0) as missing_count,
        coalesce(asked.held_count, 0) as held_count,
        coalesce(asked.questioned_count, 0) as questioned_count
    from owed
    full join asked using (department)
)

select department, missing_count, held_count, questioned_count
from together
where missing_count + held_count + questioned_count > 0
order by department;
