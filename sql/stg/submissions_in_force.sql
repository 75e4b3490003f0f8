-- question: which submissions count now?
-- grain: submission; at most one for a return, department and month (01 and 14 may have several).
-- formula: the current version, neither turned back nor withdrawn. One whose every row is held
--   back is turned back as a whole.
-- authority: the handbook, from file to figure: which version is current, and the statuses.
create or replace view stg.submissions_in_force as
with submissions as (
    select
        submission_id, receipt_no, refresh_no, file, received_at, return_name, department,
        report_month, filed_on, is_nil, is_late, is_current, status, rows_held
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
    coalesce(rows_held, 0) as rows_held
from submissions
where is_current and status not in ('rejected', 'withdrawn');

comment on view stg.submissions_in_force is '现在计数的报送：当前版本，未被退回或撤回';
