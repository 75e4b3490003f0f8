-- A month's findings, those first that matter most, each with whether something is still to be done:
-- an error or an unexplained warning that stands in what counts now, or turned back what is still
-- owed: what is neither withdrawn nor sent anew under the same name. What is in doubt (by which
-- rules, `$doubts` says) waits for a word, or a later version. Numbers of submissions are a receipt's
-- and one in its file. What is to be decided waits for the zone's
-- office. `$open_only` leaves out all others.
with numbered as (
    select
        submission_id,
        file,
        return_name,
        department,
        report_month,
        status,
        is_current,
        split_part(submission_id, '-', 1)::bigint as receipt_no,
        split_part(submission_id, '-', 2)::bigint as draft_no
    from mart.submissions
),

found as (
    select
        finding_id, submission_id, rule, severity, sheet, cell, excel_row, column_name, field, value,
        message, suggestion, report_month, department, return_name, explanation
    from mart.findings
    where report_month = $month
),

current_ones as (
    select
        return_name,
        department,
        report_month,
        max((receipt_no, draft_no)) as newest
    from numbered
    where is_current
    group by return_name, department, report_month
),

files as (
    select
        file,
        max(receipt_no) as newest
    from numbered
    group by file
),

standing as (
    select
        one.submission_id,
        one.file,
        one.status,
        one.is_current,
        one.is_current or (one.status <> 'withdrawn' and files.newest = one.receipt_no) as is_last,
        not one.is_current and current_ones.newest is not null as is_answered,
        not one.is_current
        and coalesce(current_ones.newest > (one.receipt_no, one.draft_no), false) as is_overtaken
    from numbered as one
    inner join files using (file)
    left join current_ones using (return_name, department, report_month)
),

judged as (
    select
        found.*,
        standing.file,
        standing.status,
        coalesce(standing.is_current, false) as is_current,
        list_contains($doubts, found.rule) and found.field is null as is_doubt,
        -- Both numbers of a pair of projects that may be one stand in what is said of it.
        if(
            found.rule = 'C307' and found.field = 'project_id',
            nullif(regexp_extract(found.message, '与[^，。]+的项目 ([^（]+)（', 1), ''),
            null
        ) as other_row_key,
        found.submission_id is null
        or (
            standing.is_last
            and not standing.is_overtaken
            and not (standing.is_answered and not is_doubt)
        ) as stands
    from found
    left join standing using (submission_id)
),

told as (
    select
        judged.finding_id,
        judged.rule,
        judged.severity,
        judged.severity <> 'info'
        and judged.stands
        and (judged.severity = 'error' or judged.explanation is null) as is_open,
        -- Two projects that may be one, whatever their departments say, and versions in doubt.
        judged.stands
        and judged.severity <> 'info'
        and (judged.other_row_key is not null or (judged.is_doubt and judged.severity = 'error'))
            as is_to_decide,
        judged.other_row_key,
        judged.department,
        judged.return_name,
        judged.report_month,
        judged.submission_id,
        judged.status,
        judged.is_current,
        judged.file,
        judged.sheet,
        judged.cell,
        judged.excel_row,
        judged.column_name,
        judged.field,
        judged.value,
        judged.message,
        judged.suggestion,
        judged.explanation
    from judged
)

select told.*
from told
left join mart.dim_department as departments using (department)
left join mart.dim_return as returns using (return_name)
where not $open_only or told.is_open or told.is_to_decide
order by
    -- Those that can move the figures most come first; severity is what is known of that so far.
    told.is_open desc,
    array_position(['error', 'warning', 'info'], told.severity),
    departments.ordinal nulls last,
    returns.ordinal nulls last,
    told.file,
    told.sheet,
    told.excel_row nulls first,
    told.cell,
    told.rule,
    told.finding_id;
