-- question: which rows of the month's projects in talks make up ZS04 and ZS04a?
-- grain: row of the month's projects in talks (04) × indicator.
-- formula: still in talks, of at least the zone's threshold (1亿元, the number itself included),
--   audited, lead introducer, capital from outside the county; ZS04 counts them, ZS04a adds up
--   their planned investment. Conditions: null where met. Of two numbers that were decided to be
--   one project, the one first in touch counts.
-- authority: the handbook, indicator ZS04; reading 4: a stock at month end.
create or replace view int.talk_candidates as
with calendar as (
    select report_month
    from int.calendar
),

zone as (
    select talk_project_cny
    from core.zone
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
        project_name, first_contact_on, planned_amount_cny, capital_origin, status, role, audit_status
    from filed.pipeline_projects
),

judged as (
    select
        filed.*,
        submissions.refresh_no,
        submissions.file,
        decided.canonical_id,
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
            when filed.status is distinct from '在谈' then '项目状态为' || coalesce(filed.status, '空')
        end as status_reason,
        case
            when filed.planned_amount_cny is null then '拟投资额为空'
            when filed.planned_amount_cny < zone.talk_project_cny
                then
                    '拟投资额' || stg.plain_yi(filed.planned_amount_cny) || '不足'
                    || stg.plain_yi(zone.talk_project_cny)
        end as amount_reason
    from filed
    inner join calendar using (report_month)
    inner join submissions using (submission_id)
    cross join zone
    left join held using (submission_id, sheet, excel_row)
    left join decided using (project_id)
),

qualified as (
    select
        *,
        coalesce(
            held_reason, audit_reason, role_reason, origin_reason, status_reason, amount_reason
        ) is null as is_qualified
    from judged
),

repeated as (
    select
        *,
        case
            when
                is_qualified and canonical_id is not null and row_number() over same_project > 1
                then
                    '经认定与' || first_value(project_id) over same_project || '为同一项目，已由'
                    || first_value(department) over same_project || '（'
                    || first_value(file) over same_project || '第'
                    || first_value(excel_row) over same_project || '行）计入'
        end as repeated_reason
    from qualified
    window same_project as (
        partition by report_month, canonical_id, is_qualified
        order by first_contact_on nulls last, refresh_no, file, sheet, excel_row
    )
),

counted as (
    select
        *,
        is_qualified and repeated_reason is null as is_counted,
        nullif(
            concat_ws(
                '；',
                held_reason, audit_reason, role_reason, origin_reason, status_reason, amount_reason,
                repeated_reason
            ),
            ''
        ) as reasons
    from repeated
)

select
    counted.report_month,
    indicators.indicator_code,
    counted.department,
    counted.submission_id,
    counted.sheet,
    counted.excel_row,
    counted.row_key,
    counted.report_month as filed_month,
    counted.project_name as label,
    'planned_amount_cny' as amount_field,
    counted.planned_amount_cny as amount_cny,
    case
        when not counted.is_counted then 0::decimal(38, 12)
        when indicators.indicator_code = 'ZS04a' then stg.in_yi(counted.planned_amount_cny)
        else 1::decimal(38, 12)
    end as contribution,
    counted.is_counted,
    counted.reasons
from counted
cross join (values ('ZS04'), ('ZS04a')) as indicators (indicator_code);

comment on view int.talk_candidates is '在谈项目月报表中与ZS04、ZS04a相关的行，计入与否及原因';
