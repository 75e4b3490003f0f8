-- question: which rows of the month's projects in talks make up the figures of talks?
-- grain: row of the month's projects in talks (04) × indicator of that return.
-- formula: still in talks, of at least the zone's threshold (the number itself included), audited,
--   lead introducer, capital from outside the county. Of numbers that were decided to be one
--   project the one first in touch, on a tie the one that came first, then the lower number.
-- authority: the handbook, indicator ZS04; reading 4: a stock at month end; from file to figure,
--   decisions.
create or replace view int.talk_candidates as
with filed as (
    select
        near_rows.*,
        same.canonical_id,
        first.first_arrival_no
    from near.pipeline_projects as near_rows
    inner join int.calendar as calendar using (report_month)
    left join core.same_projects as same using (project_id)
    left join core.first_filings as first
        on
            first.return_name = 'pipeline_projects'
            and near_rows.department = first.department
            and near_rows.project_id = first.project_id
            and near_rows.role is not distinct from first.role
),

judged as (
    select
        filed.*,
        indicators.indicator_code,
        flatten([
            stg.why_not_introduced(held_back, audit_status, role, capital_origin),
            stg.why(status is distinct from '在谈', 'status', value := status),
            stg.why(planned_amount_cny is null, 'no_planned_amount'),
            stg.why(
                planned_amount_cny < indicators.minimum_cny,
                'small_talk', value := planned_amount_cny, threshold := indicators.minimum_cny
            )
        ]) as own_reasons
    from filed
    inner join int.indicators as indicators
        on
            year(filed.report_month) = indicators.year
            and indicators.return_name = 'pipeline_projects'
),

placed as (
    select
        *,
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
            report_month, turned_back_id, indicator_code, canonical_id, len(own_reasons) = 0
        order by first_contact_on, first_arrival_no, project_id, sheet, excel_row
    )
)

select
    report_month,
    indicator_code,
    department,
    submission_id,
    turned_back_id,
    file,
    sheet,
    excel_row,
    own_key as row_key,
    report_month as filed_month,
    project_name as label,
    planned_amount_cny as amount_cny,
    own_reasons || stg.why(
        len(own_reasons) = 0 and canonical_id is not null and place > 1,
        'same_project',
        row_key := counted.project_id,
        department := counted.department,
        file := counted.file,
        excel_row := counted.excel_row,
        submission_ids := [counted.submission_id]
    ) as reasons
from placed;

comment on view int.talk_candidates is '在谈项目月报表中与在谈类指标相关的行，计入与否及原因';
