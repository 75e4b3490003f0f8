-- The first month of which anything stands otherwise than before, by return; what reaches every
-- return is of none.
with submissions_now as (
    select * exclude (arrival_no, stands_no)
    from core.submissions
),

-- A later file of the same name, for whatever month, ends what an earlier one asks.
standing_now as (
    select submission_id, return_name, report_month, stands, stands_in_doubt
    from int.standing_submissions
),

changed as (
    select return_name, report_month from (from submissions_now except from submissions_before)
    union all
    select return_name, report_month from (from submissions_before except from submissions_now)
    union all
    select return_name, report_month from (from standing_now except from standing_before)
    union all
    select return_name, report_month from (from core.findings except from findings_before)
    union all
    select return_name, report_month from (from findings_before except from core.findings)
    union all
    select null as return_name, report_month from (from core.locks except from locks_before)
    union all
    select null as return_name, report_month from (from locks_before except from core.locks)
    union all
    select null as return_name, report_month from (from core.months except from months_before)
    union all
    select null as return_name, report_month from (from months_before except from core.months)
    union all
    select null as return_name, report_month from first_filed_months
)

select return_name, min(report_month)
from changed
where report_month is not null
group by return_name
