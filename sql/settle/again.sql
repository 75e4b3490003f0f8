-- Versions that do not count and of which the bytes turned up again (E010, a warning), with what counts
-- in their place: unless a later version came since, or somebody has withdrawn or restored it since.
-- Bytes that came to a folder of somebody else's, whose return they are not, have a receipt of their own.
with came_again as (
    select receipt_no, stands_after, path, again_at
    from core.again
    union all
    select earlier.receipt_no, later.refresh_no, later.file, later.received_at
    from core.submissions as later
    inner join (select distinct receipt_no, sha256 from core.submissions) as earlier
        on later.sha256 = earlier.sha256 and later.receipt_no > earlier.receipt_no
    where later.return_name is null
)

select
    submissions.submission_id,
    submissions.version,
    arg_max(again.path, again.again_at) as path,
    any_value(standing.version) as standing_version,
    any_value(standing.file) as standing_file,
    submissions.report_month,
    submissions.department,
    submissions.return_name
from came_again as again
inner join core.submissions as submissions using (receipt_no)
left join core.submissions as standing
    on
        (standing.is_current or standing.is_added)
        and submissions.return_name = standing.return_name
        and submissions.department = standing.department
        and submissions.report_month = standing.report_month
where
    (submissions.version is not null or submissions.is_in_doubt)
    and not submissions.is_current
    and not submissions.is_added
    and not submissions.is_locked_out
    and coalesce(standing.stands_after <= again.stands_after, true)
    and not exists (
        select 1
        from core.acts as acts
        where
            acts.act in ('withdrawal', 'restoration')
            and acts.submission_id = submissions.submission_id
            and acts.acted_at > again.again_at
    )
group by
    submissions.submission_id, submissions.version, submissions.report_month,
    submissions.department, submissions.return_name
order by submissions.submission_id
