-- question: which submissions count now?
-- grain: submission; at most one for a return, department and month (01 and 14 may have several).
-- formula: the current version, neither turned back nor withdrawn. One whose every row is held
--   back is turned back as a whole. Of parts of one return the last, with the rows held back in all.
-- authority: the handbook, from file to figure: which version is current, and the statuses.
create or replace view stg.submissions_in_force as
with submissions as (
    select
        submission_id, receipt_no, refresh_no, file, received_at, return_name, department,
        report_month, filed_on, is_nil, is_late, is_current, is_added, status, rows_held
    from core.submissions
)

select
    submission_id,
    receipt_no,
    refresh_no,
    file,
    received_at,
    return_name,
    department,
    report_month,
    filed_on,
    coalesce(is_nil, false) as is_nil,
    coalesce(is_late, false) as is_late,
    coalesce(
        if(
            bool_or(is_added) over one_return,
            sum(rows_held) over one_return,
            rows_held
        ),
        0
    ) as rows_held
from submissions
where (is_current or is_added) and status not in ('rejected', 'withdrawn')
window one_return as (partition by return_name, department, report_month)
qualify is_current;

comment on view stg.submissions_in_force is '现在计数的报送：当前版本，未被退回或撤回';
