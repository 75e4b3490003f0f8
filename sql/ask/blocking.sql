-- A month's errors that stand in what counts now, or turned back what is still owed: what is neither
-- withdrawn nor sent anew under the same name. What is in doubt (by which rules, `$doubts` says) waits
-- for a word, or a later version. Numbers of submissions are a receipt's and one in its file.
with numbered as (
    select
        *,
        split_part(submission_id, '-', 1)::bigint as receipt_no,
        split_part(submission_id, '-', 2)::bigint as draft_no
    from mart.submissions
)

select
    findings.rule,
    coalesce(findings.department, '') as department,
    coalesce(findings.return_name, '') as return_name,
    coalesce(submissions.file, '') as file,
    coalesce(findings.cell, '') as cell,
    findings.message
from mart.findings as findings
left join numbered as submissions using (submission_id)
where
    findings.severity = 'error'
    and findings.report_month = $month
    and (
        submissions.is_current
        or submissions.submission_id is null
        or (
            submissions.status <> 'withdrawn'
            and not exists (
                select 1
                from numbered as other
                where
                    (
                        other.is_current
                        and other.return_name = submissions.return_name
                        and other.department = submissions.department
                        and other.report_month = submissions.report_month
                        and (
                            not list_contains($doubts, findings.rule)
                            or findings.field is not null
                            or (other.receipt_no, other.draft_no)
                            > (submissions.receipt_no, submissions.draft_no)
                        )
                    )
                    or (
                        other.file = submissions.file
                        and other.receipt_no > submissions.receipt_no
                    )
            )
        )
    )
order by all;
