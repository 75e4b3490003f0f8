-- question: of which returns does another version count than when figures were last published, and why?
-- grain: publication that figures rest on (core.baselines) × return × department × month whose version
--   is another; of corrections and targets, whose files all count, × file.
-- formula: what is in force now against what was in force then. The cause is told where the act is one
--   on the return itself: it was received since (new file, resubmission, correction, target), or
--   what counted before was withdrawn. Received while its month was locked, it is told when it is
--   taken up. What rules or settings let in or turned back, without either, has no cause here: its
--   rows say what did it (changes.contribution_changes).
-- authority: the handbook, from file to figure: which version is current.
create or replace view changes.force_changes as
with baselines as (
    select distinct publication_no, last_receipt
    from core.baselines
),

-- A file of a locked month waits: it is as good as received when the month is opened.
locked as (
    select report_month, last_receipt
    from core.baselines
    where was_locked
),

submissions as (
    select submission_id, receipt_no, is_withdrawn
    from core.submissions
),

in_force as (
    select
        past.submission_id,
        past.return_name,
        past.department,
        past.report_month,
        past.since_no,
        past.until_no,
        case when returns.adds_up then past.submission_id end as file_id
    from history.submissions_in_force as past
    left join core.returns as returns using (return_name)
),

compared as (
    select
        baselines.publication_no,
        baselines.last_receipt,
        in_force.return_name,
        in_force.department,
        in_force.report_month,
        max(in_force.submission_id) filter (
            where
                in_force.since_no <= baselines.publication_no
                and (in_force.until_no is null or in_force.until_no > baselines.publication_no)
        ) as submission_before,
        max(in_force.submission_id) filter (where in_force.until_no is null) as submission_now
    from baselines
    cross join in_force
    group by
        baselines.publication_no, baselines.last_receipt, in_force.return_name,
        in_force.department, in_force.report_month, in_force.file_id
),

judged as (
    select
        compared.*,
        coalesce(
            after.receipt_no > least(compared.last_receipt, locked.last_receipt), false
        ) as is_received,
        coalesce(before.is_withdrawn, false) as is_withdrawn
    from compared
    left join submissions as before on compared.submission_before = before.submission_id
    left join submissions as after on compared.submission_now = after.submission_id
    left join locked on compared.report_month = locked.report_month
    where compared.submission_before is distinct from compared.submission_now
)

select
    publication_no,
    return_name,
    department,
    report_month,
    submission_before,
    submission_now,
    case
        when is_received and return_name = 'annual_targets' then 'target'
        when is_received and return_name = 'corrections' then 'correction'
        when is_received and submission_before is not null then 'resubmission'
        when is_received then 'new_file'
        when is_withdrawn then 'withdrawal'
    end as cause,
    case
        when is_received then submission_now
        when is_withdrawn then submission_before
    end as caused_by
from judged;

comment on view changes.force_changes is '与数字所依据的那次发布相比，生效的版本不同的报表，及原因';
