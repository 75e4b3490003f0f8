-- question: which findings are open, and which wait for somebody to decide?
-- grain: finding; an open one has a `finding_key`, made of what it says, which those that are alike
--   share.
-- formula: open is an error, or a warning that nothing explains, in what stands
--   (int.standing_submissions). To be decided are pairs of projects that may be one, whatever
--   their departments say (`other_row_key` is the other number, which stands in what is said of the
--   one), and versions in doubt.
-- authority: the handbook, rules; from file to figure: versions in doubt; decisions.
create or replace view int.judged_findings as
with submissions as (
    select submission_id, stands, stands_in_doubt, is_turned_back
    from int.standing_submissions
),

doubtful_rules as (
    select rule, true as is_doubtful
    from core.doubtful_rules
),

findings as (
    select
        *,
        if(
            rule = 'C307' and field = 'project_id',
            nullif(regexp_extract(message, '与[^，。]+的项目 ([^（]+)（', 1), ''),
            null
        ) as other_row_key
    from core.findings
),

judged as (
    select
        findings.*,
        coalesce(doubtful_rules.is_doubtful, false) and findings.field is null as is_doubt,
        coalesce(submissions.is_turned_back, false) as is_turned_back,
        findings.severity <> 'info'
        and (
            findings.submission_id is null
            or coalesce(if(is_doubt, submissions.stands_in_doubt, submissions.stands), false)
        ) as stands
    from findings
    left join doubtful_rules using (rule)
    left join submissions using (submission_id)
),

graded as (
    select
        judged.*,
        stands and (severity = 'error' or explanation is null) as is_open,
        stands and (other_row_key is not null or (is_doubt and severity = 'error')) as is_to_decide
    from judged
)

select
    graded.*,
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

comment on view int.judged_findings is '审核意见，及其是否未办结、是否待认定';
