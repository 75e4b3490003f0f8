-- question: which submissions wait for something to be done: to be corrected, explained, decided?
-- grain: submission.
-- formula: `stands` what counts, and the last file of its name where nothing counts that came later: what
--   is turned back while another version counts asks nothing any more, unless it is in doubt
--   (`stands_in_doubt`). `is_turned_back`: it stands, and counts nowhere.
-- authority: the handbook, from file to figure: which version is current; versions in doubt.
create or replace view int.standing_submissions as
with submissions as (
    select
        submission_id,
        file,
        return_name,
        department,
        report_month,
        status,
        is_in_doubt,
        is_overruled,
        coalesce(is_current or is_added, false) as is_in_force,
        receipt_no,
        coalesce(draft_no, 0) as draft_no
    from core.submissions
),

in_force as (
    select
        return_name,
        department,
        report_month,
        max((receipt_no, draft_no)) as newest
    from submissions
    where is_in_force
    group by return_name, department, report_month
),

files as (
    select
        file,
        max(receipt_no) as newest
    from submissions
    group by file
),

standing as (
    select
        one.submission_id,
        one.file,
        one.return_name,
        one.report_month,
        one.status,
        one.is_in_force,
        one.is_in_doubt,
        one.is_overruled,
        not one.is_in_force and in_force.newest is not null as is_answered,
        one.is_in_force
        or (
            one.status <> 'withdrawn'
            and files.newest = one.receipt_no
            and not coalesce(in_force.newest > (one.receipt_no, one.draft_no), false)
        ) as is_last
    from submissions as one
    inner join files using (file)
    left join in_force using (return_name, department, report_month)
)

select
    submission_id,
    file,
    return_name,
    report_month,
    status,
    is_in_force,
    is_answered,
    is_last and not is_answered as stands,
    is_last as stands_in_doubt,
    status = 'rejected'
    and not is_in_force
    and not is_overruled
    and is_last
    and (is_in_doubt or not is_answered) as is_turned_back
from standing;

comment on view int.standing_submissions is '每份报送是否仍待处理，是否退回而尚无采用的版本';
