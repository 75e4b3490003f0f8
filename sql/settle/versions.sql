-- Which submissions are accepted, their versions, and which of them is current: of a return, a
-- department and a month the one that stands last (settle/standing) and is not withdrawn. What is in doubt is not
-- accepted; parts that stand beside the current version are marked as such (settle/doubted).
update core.submissions
set is_accepted = is_sound and not is_locked_out and not is_overruled and not is_in_doubt;

update core.submissions as submissions
set version = versions.version, is_current = versions.is_current
from (
    select
        submission_id,
        case
            when is_accepted
                then row_number() over (
                    partition by return_name, department, report_month, is_accepted
                    order by arrival_no
                )
        end as version,
        is_accepted and not is_withdrawn and row_number() over (
            partition by
                return_name, department, report_month, is_accepted and not is_withdrawn
            order by stands_no desc
        ) = 1 as is_current
    from core.submissions
) as versions
where submissions.submission_id = versions.submission_id;
