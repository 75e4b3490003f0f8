-- question: which rows make up each secondary figure, and why are rows near by not in it?
-- grain: month × figure × row (a ledger's latest row of each key, a monthly list's rows).
-- formula: a row contributes 1 or its amount; of rows that stand for the same thing (a firm, a place,
--   a cadre) the first contributes. Contributions add up to the figure, but for online_share: there
--   they count the items that are online, of those listed.
-- authority: the handbook, secondary figures; what a zone wants beyond: from a figure to its source.
create or replace view int.secondary_rows_live as
with trips as (
    select
        stands_in as report_month, submission_id, sheet, excel_row, department, trip_no, days, km
    from standing.outbound_trips
),

visits as (
    select
        stands_in as report_month, submission_id, sheet, excel_row, department, trip_no,
        org_name, province, city, org_type
    from standing.outbound_visits
),

receptions as (
    select
        stands_in as report_month, submission_id, sheet, excel_row, department, reception_no,
        org_name, visitors
    from standing.receptions
),

meetings as (
    select
        stands_in as report_month, submission_id, sheet, excel_row, department, meeting_no,
        meeting_type
    from standing.meetings
),

problems as (
    select
        stands_in as report_month, submission_id, sheet, excel_row, department, problem_no, status
    from standing.problem_ledger
),

issues as (
    select
        stands_in as report_month, submission_id, sheet, excel_row, department, issue_no,
        project_id, status
    from standing.secretary_log
),

snapshots as (
    select report_month, submission_id
    from int.snapshots_in_force
),

items as (
    select submission_id, sheet, excel_row, department, item_code, item_name, once_only, online
    from accepted.service_items
),

cadres as (
    select submission_id, sheet, excel_row, department, cadre_no, cadre, party_member
    from accepted.cadre_roster
),

measures as (
    select submission_id, sheet, excel_row, department, measure_no, task, lead_dept, owner, due_on
    from accepted.env_measures
),

zone as (
    select secretary_project
    from core.zone
),

-- Every row near a figure: what it stands for, what it would contribute, and why it doesn't.
near as (
    select
        figures.indicator_code, trips.report_month, trips.submission_id, trips.sheet,
        trips.excel_row, trips.department, trips.trip_no as row_key, trips.trip_no as stands_for,
        null as label,
        case figures.indicator_code
            when 'outbound_days' then trips.days
            when 'outbound_distance' then (trips.km * 0.0001::decimal(5, 4))::decimal(38, 12)
            else 1
        end::decimal(38, 12) as amount,
        null as reason
    from trips
    cross join (
        values ('outbound_trips'), ('outbound_days'), ('outbound_distance')
    ) as figures (indicator_code)
    union all by name
    select
        figures.indicator_code, visits.report_month, visits.submission_id, visits.sheet,
        visits.excel_row, visits.department, visits.trip_no || ' / ' || visits.org_name as row_key,
        case figures.indicator_code
            when 'provinces_visited' then visits.province
            when 'places_visited' then visits.city
            else stg.name_key(visits.org_name)
        end as stands_for,
        visits.org_name as label,
        1 as amount,
        case
            when figures.indicator_code = 'firms_visited' and visits.org_type <> '企业'
                then '对象类型为' || visits.org_type
        end as reason
    from visits
    cross join (
        values ('provinces_visited'), ('places_visited'), ('firms_visited')
    ) as figures (indicator_code)
    union all by name
    select
        figures.indicator_code, receptions.report_month, receptions.submission_id,
        receptions.sheet, receptions.excel_row, receptions.department,
        receptions.reception_no as row_key,
        case figures.indicator_code
            when 'firms_received' then stg.name_key(receptions.org_name)
            else receptions.reception_no
        end as stands_for,
        receptions.org_name as label,
        case figures.indicator_code when 'visitors_received' then receptions.visitors else 1 end
            as amount,
        null as reason
    from receptions
    cross join (values ('firms_received'), ('visitors_received')) as figures (indicator_code)
    union all by name
    select
        'meetings_held' as indicator_code, report_month, submission_id, sheet, excel_row,
        department, meeting_no as row_key, meeting_no as stands_for, meeting_type as label,
        1 as amount, null as reason
    from meetings
    union all by name
    select
        figures.indicator_code, problems.report_month, problems.submission_id, problems.sheet,
        problems.excel_row, problems.department, problems.problem_no as row_key,
        problems.problem_no as stands_for, null as label, 1 as amount,
        case
            when figures.indicator_code = 'problems_closed' and problems.status <> '办结'
                then '办理状态为' || problems.status
        end as reason
    from problems
    cross join (values ('problems_raised'), ('problems_closed')) as figures (indicator_code)
    union all by name
    select
        'secretary_problems_solved' as indicator_code, issues.report_month, issues.submission_id,
        issues.sheet, issues.excel_row, issues.department, issues.issue_no as row_key,
        issues.issue_no as stands_for, issues.project_id as label, 1 as amount,
        case
            when issues.project_id is distinct from zone.secretary_project
                then '项目为' || coalesce(issues.project_id, '空')
            when issues.status <> '已解决' then '办理状态为' || issues.status
        end as reason
    from issues
    cross join zone
    union all by name
    select
        figures.indicator_code, snapshots.report_month, items.submission_id, items.sheet,
        items.excel_row, items.department, items.item_code as row_key,
        items.item_code as stands_for, items.item_name as label, 1 as amount,
        case
            when not items.once_only then '不是最多跑一次'
            when figures.indicator_code = 'online_share' and not items.online then '不能网上办'
        end as reason
    from snapshots
    inner join items using (submission_id)
    cross join (values ('once_only_items'), ('online_share')) as figures (indicator_code)
    union all by name
    select
        'frontline_cadres' as indicator_code, snapshots.report_month, cadres.submission_id,
        cadres.sheet, cadres.excel_row, cadres.department, cadres.cadre_no as row_key,
        cadres.cadre_no as stands_for, cadres.cadre as label, 1 as amount,
        case when not cadres.party_member then '不是党员' end as reason
    from snapshots
    inner join cadres using (submission_id)
    union all by name
    select
        'environment_measures' as indicator_code, snapshots.report_month, measures.submission_id,
        measures.sheet, measures.excel_row, measures.department,
        measures.measure_no::varchar as row_key, measures.measure_no::varchar as stands_for,
        measures.task as label, 1 as amount,
        case
            when
                coalesce(trim(measures.lead_dept), '') = ''
                or coalesce(trim(measures.owner), '') = ''
                or measures.due_on is null
                then '责任单位、责任人、完成时限未填全'
        end as reason
    from snapshots
    inner join measures using (submission_id)
),

placed as (
    select
        *,
        row_number() over same_thing as place,
        first_value(row_key) over same_thing as first_key
    from near
    window same_thing as (
        partition by report_month, indicator_code, stands_for, reason is null
        order by submission_id, sheet, excel_row
    )
),

judged as (
    select
        *,
        case
            when reason is not null then reason
            when place > 1 then '与' || first_key || '重复，只计一次'
        end as reasons
    from placed
),

submissions as (
    select submission_id, file
    from stg.submissions_in_force
),

names as (
    select indicator_code, unit
    from int.secondary_names
)

select
    judged.report_month,
    judged.indicator_code,
    judged.department,
    judged.submission_id,
    submissions.file,
    judged.sheet,
    'A' || judged.excel_row as cell,
    judged.excel_row,
    judged.row_key,
    judged.label,
    case when judged.reasons is null then judged.amount else 0 end::decimal(38, 12) as contribution,
    names.unit,
    judged.reasons is null as is_counted,
    judged.reasons
from judged
inner join submissions using (submission_id)
inner join names using (indicator_code);

comment on view int.secondary_rows_live is '按现在的报送计算的次要指标附近的每一行';
