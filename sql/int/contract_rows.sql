-- question: which of a month's signed projects are counted contracts (S), and why not the others?
-- grain: row of the month's signed projects (02), current versions, held back or not.
-- formula: S = audited, lead introducer, capital from outside the county, not ended, a formal or
--   supplementary contract, signed within the year up to month end; one row per project number.
--   Each condition is one column that is null where it is met and else says, in Chinese, what
--   stands there instead: what counts and why the rest does not can therefore never disagree.
--   Of two lead rows of one project the one that came first stays: earlier refresh, then earlier
--   signing, then path, as the rule about suspected duplicates (C307) has it; of two numbers that
--   were decided to be one project, the one signed first.
-- authority: the handbook, indicators, definition of S; counting rules: one project, one first
--   introducer.
create or replace view int.contract_rows as
with calendar as (
    select report_month, ends_on, year_starts_on
    from int.calendar
),

held as (
    select submission_id, sheet, excel_row, rules
    from stg.held_rows
),

submissions as (
    select submission_id, refresh_no, file
    from stg.submissions_in_force
),

-- Projects that somebody decided to be one; each with the number that stands for all of them.
decided as (
    select project_id, canonical_id
    from core.same_projects
),

filed as (
    select
        submission_id, sheet, excel_row, own_key as row_key, report_month, department, project_id,
        project_name, capital_origin, sector, contract_type, nature, role, contract_amount_cny,
        signed_on, status, started_on, audit_status
    from filed.signed_projects
),

judged as (
    select
        filed.*,
        calendar.ends_on,
        submissions.refresh_no,
        submissions.file,
        case when held.rules is not null then '该行被扣留（' || held.rules || '）' end as held_reason,
        case
            when filed.audit_status is distinct from '审核通过'
                then '审核状态为' || coalesce(filed.audit_status, '空')
        end as audit_reason,
        case
            when filed.role is distinct from '牵头' then '引资角色为' || coalesce(filed.role, '空')
        end as role_reason,
        case
            when filed.capital_origin is null then '资金来源地为空'
            when filed.capital_origin = '县内' then '县内资金'
        end as origin_reason,
        case
            when filed.contract_type in ('正式合同', '补充协议') then null
            else '合同类型为' || coalesce(filed.contract_type, '空')
        end as type_reason,
        case
            when filed.status is null then '项目状态为空'
            when filed.status = '终止' then '项目状态为终止'
        end as ended_reason,
        case
            when filed.signed_on is null then '签约日期为空'
            when filed.signed_on not between calendar.year_starts_on and calendar.ends_on
                then
                    '签约日期' || strftime(filed.signed_on, '%Y-%m-%d') || '不在本年1月1日至'
                    || month(calendar.ends_on) || '月' || day(calendar.ends_on) || '日之间'
        end as date_reason,
        case when filed.project_id is null then '项目编号为空' end as number_reason,
        case when filed.contract_amount_cny is null then '合同投资额为空' end as amount_reason
    from filed
    inner join calendar using (report_month)
    inner join submissions using (submission_id)
    left join held using (submission_id, sheet, excel_row)
),

qualified as (
    select
        *,
        coalesce(
            held_reason, audit_reason, role_reason, origin_reason, type_reason, ended_reason,
            date_reason, number_reason, amount_reason
        ) is null as is_qualified
    from judged
),

placed as (
    select
        qualified.*,
        row_number() over same_project as place,
        first_value(qualified.project_id) over same_project as first_project,
        first_value(qualified.department) over same_project as first_department,
        first_value(qualified.file) over same_project as first_file,
        first_value(qualified.excel_row) over same_project as first_row
    from qualified
    left join decided using (project_id)
    window same_project as (
        partition by
            qualified.report_month, coalesce(decided.canonical_id, qualified.project_id),
            qualified.is_qualified
        order by
            case when decided.canonical_id is not null then qualified.signed_on end nulls last,
            qualified.refresh_no, qualified.signed_on, qualified.file, qualified.sheet,
            qualified.excel_row
    )
),

repeated as (
    select
        *,
        case
            when is_qualified and place > 1
                then
                    case
                        when first_project = project_id then '同一项目编号'
                        else '经认定与' || first_project || '为同一项目，'
                    end
                    || '已由' || first_department || '（' || first_file || '第' || first_row
                    || '行）计入'
        end as repeated_reason
    from placed
)

select
    report_month,
    department,
    submission_id,
    sheet,
    excel_row,
    row_key,
    project_id,
    project_name,
    sector,
    contract_type,
    nature,
    status,
    contract_amount_cny,
    signed_on,
    started_on,
    ends_on,
    is_qualified and repeated_reason is null as is_contract,
    nullif(
        concat_ws(
            '；',
            held_reason, audit_reason, role_reason, origin_reason, type_reason, ended_reason,
            date_reason, number_reason, amount_reason, repeated_reason
        ),
        ''
    ) as contract_reasons
from repeated;

comment on view int.contract_rows is '签约项目月报表的每一行是否计入合同投资额，不计的写明原因';
