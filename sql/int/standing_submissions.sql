-- question: which submissions wait for something to be done: to be corrected, explained, decided?
-- grain: submission.
-- formula: `stands` what counts, and what is turned back, whatever counts meanwhile (`standing_id`),
--   until a later version of its return counts, another file lies at its path, or it is withdrawn;
--   then nothing is asked of it any more (`is_ended`). What is turned back of a return whose files add
--   up is replaced by none of them. Whose return of which month it is its folder says where it doesn't
--   say so itself.
--   Beside a version that counts nothing is asked by what can't count anyway or is asked about
--   elsewhere: of a month that is locked (M411), of a return whose files add up, a second sheet or a
--   void one beside the good sheet of its file (E015), and what is in doubt, but for the doubt itself
--   (`stands_in_doubt`). `is_turned_back`: it stands, counts nowhere, and its rows are near no figure;
--   those are that rules across files turned back (`is_overruled`). A part is answered by parts of its
--   name, and by whole returns.
-- authority: the handbook, from file to figure: which version is current; versions in doubt.
create or replace view int.standing_submissions as
with submissions as (
    select
        submission_id,
        receipt_no,
        stands_no,
        file,
        return_name,
        department,
        report_month,
        folder_department,
        coalesce(department, folder_department) as owner_department,
        coalesce(report_month, folder_month) as owner_month,
        department is not null and report_month is not null as is_placed,
        part,
        version,
        status,
        is_in_doubt,
        is_overruled,
        coalesce(is_current or is_added, false) as is_in_force
    from core.submissions
),

returns as (
    select return_name, adds_up
    from core.returns
),

locks as (
    select report_month, true as is_locked
    from core.locks
),

files as (
    select file, max(receipt_no) as newest
    from submissions
    group by file
),

-- Beside each submission that does not count what counts of its return; of one that its folder alone
-- places, in another file.
beside as (
    select
        one.submission_id,
        arg_max(other.submission_id, other.stands_no) as standing_id,
        max(other.stands_no) as stands_no,
        bool_or(one.receipt_no = other.receipt_no) as is_of_one_file
    from submissions as one
    inner join returns using (return_name)
    inner join submissions as other
        on
            one.return_name = other.return_name
            and one.owner_department = other.department
            and one.owner_month = other.report_month
    where
        not one.is_in_force
        and other.is_in_force
        and (one.part is null or other.part is null or one.part = other.part)
        and (one.is_placed or (one.receipt_no <> other.receipt_no and not returns.adds_up))
    group by one.submission_id
),

standing as (
    select
        one.submission_id,
        one.file,
        one.return_name,
        one.department,
        one.report_month,
        one.folder_department,
        one.owner_department,
        one.owner_month,
        one.status,
        one.is_in_force,
        one.is_in_doubt,
        one.is_overruled,
        beside.standing_id,
        not one.is_in_force and one.status = 'withdrawn' as is_withdrawn,
        not one.is_in_force and files.newest > one.receipt_no as is_sent_anew,
        coalesce(beside.stands_no > one.stands_no, false) as is_outdone,
        one.version is not null or not coalesce(returns.adds_up, false) as can_be_replaced,
        not (is_withdrawn or is_sent_anew or is_outdone) as is_last,
        beside.standing_id is not null
        and (
            beside.is_of_one_file
            or one.is_in_doubt
            or returns.adds_up
            or coalesce(locks.is_locked, false)
        ) as asks_nothing
    from submissions as one
    inner join files using (file)
    left join beside using (submission_id)
    left join returns using (return_name)
    left join locks on one.owner_month = locks.report_month
)

select
    submission_id,
    file,
    return_name,
    department,
    report_month,
    folder_department,
    owner_department,
    owner_month,
    status,
    is_in_force,
    is_in_doubt,
    is_overruled,
    standing_id,
    is_last and not asks_nothing as stands,
    is_last as stands_in_doubt,
    is_outdone and can_be_replaced as is_replaced,
    is_withdrawn or is_sent_anew or is_replaced as is_ended,
    status = 'rejected'
    and not is_in_force
    and not is_overruled
    and is_last
    and (is_in_doubt or not asks_nothing) as is_turned_back
from standing;

comment on view int.standing_submissions is '每份报送是否仍待处理，是否退回而待重报';
