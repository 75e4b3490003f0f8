-- question: what has been done for it: journeys, visitors, meetings, problems solved, services?
-- grain: month × figure, the year to date, for the whole zone.
-- formula: ledgers (05 to 08, 11, 12) by each entry's latest row up to the month (standing); monthly lists
--   (09, 10, 13) by each department's latest one of the year. Firms by their normalised names;
--   provinces and places by the calls of 06, a place as written; kilometres × 0.0001; the online
--   share is of the once-only items. Null where nothing of the return has been filed in the year.
-- authority: the handbook, secondary figures; reading 5: the secretary's problems stand apart.
create or replace view int.secondary_live as
with calendar as (
    select report_month, year_starts_on
    from int.calendar
),

names as (
    select indicator_code, indicator_name, unit, return_name, return_title
    from int.secondary_names
),

zone as (
    select nullif(secretary_project, '') as secretary_project
    from core.zone
),

in_force as (
    select return_name, report_month
    from stg.submissions_in_force
),

snapshots as (
    select report_month, return_name, submission_id
    from int.snapshots_in_force
),

items as (
    select submission_id, item_code, once_only, online
    from accepted.service_items
),

roster as (
    select submission_id, cadre_no, party_member
    from accepted.cadre_roster
),

listed_measures as (
    select submission_id, measure_no, lead_dept, owner, due_on
    from accepted.env_measures
),

trips as (
    select
        stands_in as report_month,
        count(*) as outbound_trips,
        sum(days) as outbound_days,
        sum(km) * 0.0001::decimal(5, 4) as outbound_distance
    from standing.outbound_trips
    group by stands_in
),

visits as (
    select
        stands_in as report_month,
        count(distinct province) as provinces_visited,
        count(distinct city) as places_visited,
        count(distinct stg.name_key(org_name)) filter (where org_type = '企业') as firms_visited
    from standing.outbound_visits
    group by stands_in
),

receptions as (
    select
        stands_in as report_month,
        count(distinct stg.name_key(org_name)) as firms_received,
        sum(visitors) as visitors_received
    from standing.receptions
    group by stands_in
),

meetings as (
    select stands_in as report_month, count(*) as meetings_held
    from standing.meetings
    group by stands_in
),

problems as (
    select
        stands_in as report_month,
        count(*) as problems_raised,
        count(*) filter (where status = '办结') as problems_closed
    from standing.problem_ledger
    group by stands_in
),

issues as (
    select
        issues.stands_in as report_month,
        count(*) filter (where issues.status = '已解决' and issues.project_id = zone.secretary_project)
            as secretary_problems_solved
    from standing.secretary_log as issues
    cross join zone
    group by issues.stands_in
),

services as (
    select
        snapshots.report_month,
        count(distinct items.item_code) filter (where items.once_only) as once_only_items,
        stg.ratio_pct(
            count(distinct items.item_code) filter (where items.once_only and items.online),
            count(distinct items.item_code) filter (where items.once_only)
        ) as online_share
    from snapshots
    inner join items using (submission_id)
    group by snapshots.report_month
),

cadres as (
    select
        snapshots.report_month,
        count(distinct roster.cadre_no) filter (where roster.party_member) as frontline_cadres
    from snapshots
    inner join roster using (submission_id)
    group by snapshots.report_month
),

measures as (
    select
        snapshots.report_month,
        count(distinct listed_measures.measure_no) filter (
            where
                trim(listed_measures.lead_dept) <> ''
                and trim(listed_measures.owner) <> ''
                and listed_measures.due_on is not null
        ) as environment_measures
    from snapshots
    inner join listed_measures using (submission_id)
    group by snapshots.report_month
),

figures as (
    select report_month, 'outbound_trips' as indicator_code, outbound_trips::decimal(38, 12) as value
    from trips
    union all
    select report_month, 'outbound_days', outbound_days::decimal(38, 12)
    from trips
    union all
    select report_month, 'outbound_distance', outbound_distance::decimal(38, 12)
    from trips
    union all
    select report_month, 'provinces_visited', provinces_visited::decimal(38, 12)
    from visits
    union all
    select report_month, 'places_visited', places_visited::decimal(38, 12)
    from visits
    union all
    select report_month, 'firms_visited', firms_visited::decimal(38, 12)
    from visits
    union all
    select report_month, 'firms_received', firms_received::decimal(38, 12)
    from receptions
    union all
    select report_month, 'visitors_received', visitors_received::decimal(38, 12)
    from receptions
    union all
    select report_month, 'meetings_held', meetings_held::decimal(38, 12)
    from meetings
    union all
    select report_month, 'problems_raised', problems_raised::decimal(38, 12)
    from problems
    union all
    select report_month, 'problems_closed', problems_closed::decimal(38, 12)
    from problems
    union all
    select report_month, 'secretary_problems_solved', secretary_problems_solved::decimal(38, 12)
    from issues
    union all
    select report_month, 'once_only_items', once_only_items::decimal(38, 12)
    from services
    union all
    select report_month, 'online_share', online_share::decimal(38, 12)
    from services
    union all
    select report_month, 'frontline_cadres', frontline_cadres::decimal(38, 12)
    from cadres
    union all
    select report_month, 'environment_measures', environment_measures::decimal(38, 12)
    from measures
),

filed as (
    select distinct calendar.report_month, in_force.return_name
    from calendar
    inner join in_force
        on in_force.report_month between calendar.year_starts_on and calendar.report_month
),

-- Why a figure can't be computed; null where it can.
known as (
    select
        calendar.report_month,
        names.indicator_code,
        names.indicator_name,
        names.unit,
        case
            when filed.return_name is null then '本年尚未报送' || names.return_title
            when names.indicator_code = 'secretary_problems_solved' and zone.secretary_project is null
                then '未设置项目秘书服务的项目'
            when names.indicator_code = 'online_share' and figures.value is null
                then '没有最多跑一次事项'
        end as note,
        figures.value
    from calendar
    cross join names
    cross join zone
    left join filed
        on calendar.report_month = filed.report_month and names.return_name = filed.return_name
    left join figures
        on
            calendar.report_month = figures.report_month
            and names.indicator_code = figures.indicator_code
)

select
    report_month,
    indicator_code,
    indicator_name,
    case when note is null then coalesce(value, 0)::decimal(38, 12) end as value,
    unit,
    note
from known;

comment on view int.secondary_live is '按现在的报送计算的次要指标';
