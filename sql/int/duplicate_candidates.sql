-- question: which two project numbers of a month may be one project, and which of them came later?
-- grain: month × return (02 or 04) × pair of project numbers; row_key_a < row_key_b.
-- formula: two numbers with the same normalised investor whose amounts are within 5 % of the larger
--   or whose dates (02 签约日期, 04 首次对接日期) are within 31 days, and every pair that was decided.
--   is_same_deal: of 02, with the same investor, the same amount and the same date. Whether the
--   names are alike is for C307. A number stands by its lead row, the one that came first where
--   departments dispute it. What came later: first filed by its department in a later refresh,
--   whatever was filed anew since; in the same refresh the later date, then the later path,
--   then the place in the file. is_same: the newest decision on the pair itself; else
--   true where decisions on other pairs lead from one number to the other.
-- authority: the handbook, rule C307; held rows; counting rules: one project, one first introducer.
create or replace view int.duplicate_candidates as
with submissions as (
    select submission_id, file
    from core.submissions
),

decisions as (
    select row_key_a, row_key_b, is_same
    from core.decisions
    qualify row_number() over (partition by row_key_a, row_key_b order by decided_at desc) = 1
),

-- Each number that is decided to be another one too, with the one that stands for all.
same as (
    select project_id, canonical_id
    from core.same_projects
),

projects as (
    select
        'signed_projects' as return_name,
        submission_id, sheet, excel_row, report_month, department, project_id, project_name,
        stg.name_key(investor) as investor_key, contract_amount_cny as amount_cny,
        signed_on as dated_on, role
    from filed.signed_projects
    where project_id is not null
    union all by name
    select
        'pipeline_projects' as return_name,
        submission_id, sheet, excel_row, report_month, department, project_id, project_name,
        stg.name_key(investor) as investor_key, planned_amount_cny as amount_cny,
        first_contact_on as dated_on, role
    from filed.pipeline_projects
    where project_id is not null
),

arrivals as (
    select return_name, department, project_id, role, first_refresh_no
    from int.first_filings
),

-- One row for a number in a month.
numbers as (
    select
        projects.*,
        arrivals.first_refresh_no,
        submissions.file
    from projects
    inner join submissions using (submission_id)
    left join arrivals
        on
            projects.return_name = arrivals.return_name
            and projects.department = arrivals.department
            and projects.project_id = arrivals.project_id
            and projects.role is not distinct from arrivals.role
    qualify
        row_number() over (
            partition by projects.return_name, projects.report_month, projects.project_id
            order by
                projects.role is not distinct from '牵头' desc, arrivals.first_refresh_no,
                projects.dated_on, submissions.file, projects.sheet, projects.excel_row
        ) = 1
),

alike as (
    select
        a.return_name,
        a.report_month,
        a.project_id as row_key_a,
        b.project_id as row_key_b
    from numbers as a
    inner join numbers as b
        on
            a.return_name = b.return_name
            and a.report_month = b.report_month
            and a.investor_key = b.investor_key
            and a.project_id < b.project_id
            and (
                abs(a.amount_cny - b.amount_cny) * 20 <= greatest(a.amount_cny, b.amount_cny)
                or abs(date_diff('day', a.dated_on, b.dated_on)) <= 31
            )
),

decided as (
    select
        a.return_name,
        a.report_month,
        a.project_id as row_key_a,
        b.project_id as row_key_b
    from decisions
    inner join numbers as a on decisions.row_key_a = a.project_id
    inner join numbers as b
        on
            decisions.row_key_b = b.project_id
            and a.return_name = b.return_name
            and a.report_month = b.report_month
),

pairs as (
    select return_name, report_month, row_key_a, row_key_b
    from alike
    union
    select return_name, report_month, row_key_a, row_key_b
    from decided
),

judged as (
    select
        pairs.return_name,
        pairs.report_month,
        pairs.row_key_a,
        pairs.row_key_b,
        coalesce(
            decisions.is_same, if(same_a.canonical_id = same_b.canonical_id, true, null)
        ) as is_same,
        a,
        b,
        pairs.return_name = 'signed_projects'
        and coalesce(
            a.investor_key = b.investor_key
            and a.amount_cny = b.amount_cny
            and a.dated_on = b.dated_on,
            false
        ) as is_same_deal,
        (a.first_refresh_no, a.dated_on, a.file, a.sheet, a.excel_row)
        < (b.first_refresh_no, b.dated_on, b.file, b.sheet, b.excel_row) as is_b_later
    from pairs
    inner join numbers as a
        on
            pairs.return_name = a.return_name
            and pairs.report_month = a.report_month
            and pairs.row_key_a = a.project_id
    inner join numbers as b
        on
            pairs.return_name = b.return_name
            and pairs.report_month = b.report_month
            and pairs.row_key_b = b.project_id
    left join decisions
        on pairs.row_key_a = decisions.row_key_a and pairs.row_key_b = decisions.row_key_b
    left join same as same_a on pairs.row_key_a = same_a.project_id
    left join same as same_b on pairs.row_key_b = same_b.project_id
),

ordered as (
    select
        judged.return_name,
        judged.report_month,
        judged.row_key_a,
        judged.row_key_b,
        judged.is_same,
        judged.is_same_deal,
        if(judged.is_b_later, judged.b, judged.a) as later,
        if(judged.is_b_later, judged.a, judged.b) as earlier
    from judged
)

select
    return_name,
    report_month,
    row_key_a,
    row_key_b,
    is_same,
    is_same_deal,
    later.submission_id as submission_id,
    later.sheet as sheet,
    later.excel_row as excel_row,
    later.department as department,
    later.project_id as project_id,
    later.project_name as project_name,
    later.amount_cny as amount_cny,
    later.dated_on as dated_on,
    earlier.submission_id as earlier_submission_id,
    earlier.department as earlier_department,
    earlier.project_id as earlier_project_id,
    earlier.project_name as earlier_project_name,
    earlier.amount_cny as earlier_amount_cny,
    earlier.dated_on as earlier_dated_on
from ordered;

comment on view int.duplicate_candidates is '各月疑为同一项目的两个项目编号，较晚的一行在前；已裁定的也在内';
