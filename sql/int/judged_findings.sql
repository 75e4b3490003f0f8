-- question: which findings are open, and what does each ask for?
-- grain: finding; an open one has a `finding_key`, made of what it says, which those that are alike
--   share.
-- formula: open is an error, or a warning that nothing explains, in what stands
--   (int.standing_submissions). To be decided are pairs of projects that may be one
--   (`other_row_key` is the other number), whatever their departments say, versions in doubt, and
--   those of which the bytes came again in vain (`is_again`). `asks` is what everybody counts by:
--   file what is missing, correct an error, explain a warning, decide. Of what counts no more nothing
--   is asked (`is_over`). `owner_department` is whose file it is: where the file doesn't tell, whose
--   folder it lies in.
-- authority: the handbook, rules; from file to figure: versions in doubt; decisions.
create or replace view int.judged_findings as
with submissions as (
    select
        submission_id, folder_department, is_in_doubt, stands, stands_in_doubt, is_ended,
        is_turned_back or (is_overruled and stands) as is_turned_back
    from int.standing_submissions
),

doubtful_rules as (
    select rule, true as is_doubtful
    from core.doubtful_rules
),

judged as (
    select
        findings.*,
        coalesce(findings.department, submissions.folder_department) as owner_department,
        coalesce(doubtful_rules.is_doubtful and submissions.is_in_doubt, false)
        and findings.field is null as is_doubt,
        coalesce(submissions.is_turned_back, false) as is_turned_back,
        coalesce(submissions.is_ended, false) as is_ended,
        findings.severity <> 'info'
        and (
            findings.submission_id is null
            or coalesce(if(is_doubt, submissions.stands_in_doubt, submissions.stands), false)
        ) as stands,
        coalesce(
            findings.rule = 'E010'
            and findings.is_cross
            and findings.severity <> 'error'
            and findings.value is not null
            and findings.against is null,
            false
        ) as is_again
    from core.findings as findings
    left join doubtful_rules using (rule)
    left join submissions using (submission_id)
),

graded as (
    select
        judged.*,
        stands and (severity = 'error' or explanation is null) as is_open,
        (stands and (other_row_key is not null or (is_doubt and severity = 'error')))
        or is_again as is_to_decide
    from judged
)

select
    graded.* exclude (is_ended),
    is_ended and not is_to_decide as is_over,
    case
        when is_to_decide then 'decide'
        when not is_open then null
        when submission_id is null and return_name is not null then 'file'
        when severity = 'error' then 'correct'
        else 'explain'
    end as asks,
    if(
        is_open,
        md5(
            concat_ws(
                '/', submission_id, report_month, department, return_name, rule, sheet, excel_row,
                field, value, message
            )
        ),
        null
    ) as finding_key
from graded;

comment on view int.judged_findings is '审核意见，及其是否未办结、要求什么';
