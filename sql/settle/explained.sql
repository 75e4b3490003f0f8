-- Puts to every finding of one return what its department says about it. An explanation answers
-- findings of the same rule, department, row, field and value; where there is a row and a value it
-- stands in later months too. The latest word counts.
update core.findings as findings
set explanation = answered.explanation
from (
    select findings.rowid as finding, explanations.explanation
    from core.findings as findings
    left join rows.{slug} as filed using (submission_id, sheet, excel_row)
    inner join core.explanations as explanations
        on
            explanations.return_name = '{slug}'
            and explanations.rule = findings.rule
            and explanations.department = findings.department
            and explanations.own_key = coalesce(filed.own_key, '')
            and explanations.field = coalesce(findings.field, '')
            and explanations.value = coalesce(findings.value, '')
            and (
                explanations.report_month = findings.report_month
                or (
                    explanations.report_month < findings.report_month
                    and explanations.own_key <> ''
                    and explanations.value <> ''
                )
            )
    inner join core.submissions as saying
        on explanations.submission_id = saying.submission_id
    where findings.return_name = '{slug}' and not coalesce(saying.is_withdrawn, false)
    qualify
        row_number() over (
            partition by findings.rowid
            order by explanations.report_month desc, saying.arrival_no desc
        ) = 1
) as answered
where findings.rowid = answered.finding;
