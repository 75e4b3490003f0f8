-- Counts of rows and the status of every submission, once all findings are known.
update core.submissions as submissions
set
    rows_held = counts.held,
    rows_accepted = submissions.rows_found - counts.held,
    status = case
        when submissions.is_withdrawn then 'withdrawn'
        when submissions.return_name is null and not counts.has_error then 'unchanged'
        when
            not submissions.is_accepted
            or (submissions.rows_found > 0 and counts.held >= submissions.rows_found)
            then 'rejected'
        when counts.held > 0 then 'partly_accepted'
        when counts.has_remark then 'accepted_with_warnings'
        else 'accepted'
    end
from (
    select
        submissions.submission_id,
        if(
            submissions.is_accepted,
            count(distinct (findings.sheet, findings.excel_row)) filter (where findings.holds),
            submissions.rows_found
        ) as held,
        coalesce(bool_or(findings.severity in ('warning', 'error')), false) as has_remark,
        coalesce(bool_or(findings.severity = 'error'), false) as has_error
    from core.submissions as submissions
    left join core.findings as findings using (submission_id)
    group by submissions.submission_id, submissions.is_accepted, submissions.rows_found
) as counts
where submissions.submission_id = counts.submission_id;
