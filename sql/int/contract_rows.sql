-- question: which of a month's signed projects are counted contracts (S), and why not the others?
-- grain: row of the month's signed projects (02), held back or not, turned-back versions too: those
--   with a `turned_back_id` each by itself.
-- formula: S = audited, lead introducer, capital from outside the county, not ended, a formal or
--   supplementary contract, signed within the year up to month end; one row per project number.
--   A condition that a row fails is a reason; what counts has none. Of two lead rows of one number
--   the one first filed stays: earlier refresh, then earlier signing, then path, as C307 has it. Of
--   numbers that were decided to be one project the one signed first, on a tie the one that came
--   first, then the lower number.
-- authority: the handbook, indicators, definition of S; counting rules: one project, one first
--   introducer; from file to figure, decisions.
create or replace view int.contract_rows as
with filed as (
    select
        near_rows.*,
        calendar.ends_on,
        calendar.year_starts_on,
        same.canonical_id,
        first.first_refresh_no,
        first.first_arrival_no,
        first.first_file
    from near.signed_projects as near_rows
    inner join int.calendar as calendar using (report_month)
    left join core.same_projects as same using (project_id)
    left join core.first_filings as first
        on
            first.return_name = 'signed_projects'
            and near_rows.department = first.department
            and near_rows.project_id = first.project_id
            and near_rows.role is not distinct from first.role
),

judged as (
    select
        *,
        flatten([
            stg.why_not_introduced(held_back, audit_status, role, capital_origin),
            stg.why(
                coalesce(contract_type not in ('正式合同', '补充协议'), true),
                'contract_type', value := contract_type
            ),
            stg.why(coalesce(status = '终止', true), 'status', value := status),
            stg.why(signed_on is null, 'no_signing'),
            stg.why(
                signed_on not between year_starts_on and ends_on,
                'signed_outside', value := signed_on, threshold := ends_on
            ),
            stg.why(project_id is null, 'no_project'),
            stg.why(contract_amount_cny is null, 'no_contract_amount')
        ]) as own_reasons
    from filed
),

placed as (
    select
        *,
        len(own_reasons) = 0 as is_qualified,
        row_number() over same_project as place,
        first_value({
            'project_id': project_id,
            'department': department,
            'file': file,
            'excel_row': excel_row,
            'submission_id': submission_id
        }) over same_project as counted
    from judged
    window same_project as (
        partition by
            report_month, turned_back_id, coalesce(canonical_id, project_id), len(own_reasons) = 0
        order by
            case when canonical_id is not null then signed_on end,
            if(canonical_id is not null, first_arrival_no, first_refresh_no),
            signed_on, first_file, project_id, sheet, excel_row
    )
)

select
    report_month,
    department,
    submission_id,
    turned_back_id,
    sheet,
    excel_row,
    own_key as row_key,
    project_name,
    sector,
    contract_type,
    nature,
    status,
    contract_amount_cny,
    signed_on,
    started_on,
    ends_on,
    file,
    is_qualified and place = 1 as is_contract,
    own_reasons || stg.why(
        is_qualified and place > 1,
        if(counted.project_id = project_id, 'same_number', 'same_project'),
        row_key := counted.project_id,
        department := counted.department,
        file := counted.file,
        excel_row := counted.excel_row,
        submission_ids := [counted.submission_id]
    ) as contract_reasons
from placed;

comment on view int.contract_rows is '签约项目月报表的每一行是否计入合同投资额，不计的写明原因';
