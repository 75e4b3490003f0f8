-- The versions after the first: which one each replaces, if any, and whether it is added to others
-- (E010). A part replaces the one of its name; a whole return all before but parts of its refresh.
-- What was restored stands behind all that had come by then (settle/standing).
with versions as (
    select
        submissions.*,
        coalesce(
            max(submissions.stands_after)
                filter (submissions.part is null and not submissions.is_withdrawn)
                over (
                    partition by
                        submissions.return_name, submissions.department, submissions.report_month
                    order by submissions.stands_no
                    rows between unbounded preceding and 1 preceding
                ),
            0
        ) as last_whole
    from core.submissions as submissions
    inner join core.returns as returns using (return_name)
    where submissions.version is not null and not returns.adds_up
),

pairs as (
    select
        later.*,
        earlier.version as earlier_version,
        earlier.stands_no as earlier_stands_no,
        earlier.is_withdrawn as is_earlier_withdrawn,
        if(
            later.part is null,
            earlier.part is not null and earlier.refresh_no >= later.refresh_no,
            earlier.part is distinct from later.part
        ) as is_beside
    from versions as later
    inner join versions as earlier
        on
            later.return_name = earlier.return_name
            and later.department = earlier.department
            and later.report_month = earlier.report_month
            and later.stands_no > earlier.stands_no
            and later.last_whole <= earlier.stands_after
)

select
    submission_id,
    version,
    arg_max(earlier_version, earlier_stands_no) filter (not is_beside) as replaced_version,
    part is not null as is_part,
    bool_or(is_beside and not is_earlier_withdrawn) as is_added,
    report_month,
    department,
    return_name
from pairs
group by submission_id, version, part, report_month, department, return_name
