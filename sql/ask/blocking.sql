-- A month's errors that stand in what counts now, or turned back what is still owed: what is neither
-- withdrawn nor sent anew under the same name. What is in doubt waits for a word, or a later version.
select
    findings.rule,
    coalesce(findings.department, '') as department,
    coalesce(findings.return_name, '') as return_name,
    coalesce(submissions.file, '') as file,
    coalesce(findings.cell, '') as cell,
    findings.message
from mart.findings as findings
left join mart.submissions as submissions using (submission_id)
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
                from mart.submissions as other
                where
                    (
                        other.is_current
                        and other.return_name = submissions.return_name
                        and other.department = submissions.department
                        and other.report_month = submissions.report_month
                        and (
                            findings.rule not in ('E004', 'E010', 'E014')
                            or findings.field is not null
                            or other.submission_id > submissions.submission_id
                        )
                    )
                    -- Numbers of receipts sort as they came.
                    or (
                        other.file = submissions.file
                        and split_part(other.submission_id, '-', 1)
                        > split_part(submissions.submission_id, '-', 1)
                    )
            )
        )
    )
order by all;
