-- question: which rows make up each secondary figure, and why are rows near by not in it?
-- grain: month × figure × row (a ledger's latest row of each entry, a monthly list's rows); of firms
--   and places × name in the row's cell.
-- key: report_month, indicator_code, submission_id, sheet, excel_row, label.
-- formula: a row contributes 1, or its amount in the figure's unit; of rows that stand for the same
--   thing (a firm, a place, a cadre) the one that came first contributes. Ledgers (05 to 08, 11, 12)
--   by each entry's latest row up to the month, an entry in the year in which it was first filed, as
--   closed: first filed as closed; monthly lists (09, 10, 13) by each department's latest one of the
--   year. Firms and places by their normalised names.
-- authority: the handbook, secondary figures; reading 5: the secretary's problems stand apart; what
--   a zone wants beyond: from a figure to its source.
create or replace view live.secondary_rows as
with near_rows as (
    -- `thing` is what a row stands for where that is not itself, `amount` what it adds.
    select
        figures.*,
        entries.*,
        case figures.adds when 'days' then entries.days when 'km' then entries.km end as amount,
        stg.counted_before(entries.first_filed, entries.stands_in) as reasons
    from standing.outbound_trips as entries
    inner join core.secondary as figures on figures.return_name = 'outbound_trips'
    union all by name
    select
        figures.*,
        entries.*,
        stg.name_key(names.name) as thing,
        if(figures.field = 'province', entries.org_name, names.name) as label,
        stg.counted_before(entries.first_filed, entries.stands_in) || stg.why(
            figures.field = 'org_name' and entries.org_type is distinct from '企业',
            'org_type', value := entries.org_type
        ) as reasons
    from standing.outbound_visits as entries
    inner join core.secondary as figures on figures.return_name = 'outbound_visits'
    cross join
        unnest(
            case figures.field
                when 'city' then stg.names(entries.city)
                when 'org_name' then stg.names(entries.org_name)
                else [entries.province]
            end
        ) as names (name)
    union all by name
    select
        figures.*,
        entries.*,
        case when figures.field = 'org_name' then stg.name_key(names.name) end as thing,
        names.name as label,
        case when figures.adds = 'visitors' then entries.visitors end as amount,
        stg.counted_before(entries.first_filed, entries.stands_in) as reasons
    from standing.receptions as entries
    inner join core.secondary as figures on figures.return_name = 'receptions'
    cross join
        unnest(
            if(figures.field = 'org_name', stg.names(entries.org_name), [entries.org_name])
        ) as names (name)
    union all by name
    select
        figures.*,
        entries.*,
        entries.meeting_type as label,
        stg.counted_before(entries.first_filed, entries.stands_in) as reasons
    from standing.meetings as entries
    inner join core.secondary as figures on figures.return_name = 'meetings'
    union all by name
    select
        figures.*,
        entries.*,
        case
            when figures.field = 'status' and entries.status is distinct from '办结'
                then stg.why(true, 'handling', value := entries.status)
            when figures.field = 'status' then stg.counted_before(entries.first_so, entries.stands_in)
            else stg.counted_before(entries.first_filed, entries.stands_in)
        end as reasons
    from standing.problem_ledger as entries
    inner join core.secondary as figures on figures.return_name = 'problem_ledger'
    union all by name
    select
        figures.*,
        entries.*,
        entries.project_id as label,
        case
            when entries.project_id is distinct from nullif(zone.projects_secretary_project, '')
                then stg.why(true, 'other_project', value := entries.project_id)
            when entries.status is distinct from '已解决'
                then stg.why(true, 'handling', value := entries.status)
            else stg.counted_before(entries.first_so, entries.stands_in)
        end as reasons
    from standing.secretary_log as entries
    inner join core.secondary as figures on figures.return_name = 'secretary_log'
    cross join core.zone as zone
    union all by name
    select
        figures.*,
        entries.*,
        entries.item_code as thing,
        entries.item_name as label,
        case
            when entries.once_only is not true then stg.why(true, 'not_once')
            else stg.why(figures.field = 'online' and entries.online is not true, 'not_online')
        end as reasons
    from standing.service_items as entries
    inner join core.secondary as figures on figures.return_name = 'service_items'
    union all by name
    select
        figures.*,
        entries.*,
        stg.name_key(entries.cadre_no) as thing,
        entries.cadre as label,
        stg.why(entries.party_member is not true, 'not_member') as reasons
    from standing.cadre_roster as entries
    inner join core.secondary as figures on figures.return_name = 'cadre_roster'
    union all by name
    select
        figures.*,
        entries.*,
        entries.measure_no::varchar as thing,
        entries.task as label,
        stg.why(
            coalesce(trim(entries.lead_dept), '') = '' or coalesce(trim(entries.owner), '') = ''
            or entries.due_on is null,
            'incomplete'
        ) as reasons
    from standing.env_measures as entries
    inner join core.secondary as figures on figures.return_name = 'env_measures'
),

placed as (
    select
        * replace (coalesce(reasons, []) as reasons),
        row_number() over same_thing as nth,
        first_value({'row_key': own_key, 'submission_id': submission_id})
            over same_thing as counted
    from near_rows
    window same_thing as (
        partition by
            stands_in, indicator_code, coalesce(len(reasons), 0) = 0,
            coalesce(thing, submission_id || '/' || sheet || '/' || excel_row)
        order by arrival_no, sheet, excel_row, label
    )
),

judged as (
    select
        * replace (
            reasons || stg.why(
                len(reasons) = 0 and nth > 1,
                'repeated',
                row_key := counted.row_key,
                submission_ids := [counted.submission_id]
            ) as reasons
        )
    from placed
)

select
    judged.stands_in as report_month, -- 指标所属月份，当月第一天；本年累计至月末
    judged.indicator_code, -- 指标代码，见mart.secondary_indicators
    judged.department, -- 该行的填报单位
    judged.submission_id, -- 报送编号，见mart.submissions
    submissions.file, -- 收到的文件，投放文件夹内的路径
    judged.sheet, -- 工作表
    columns.column_letter || judged.excel_row as cell, -- 指标所依据的单元格
    judged.excel_row, -- 表格中的行号
    judged.own_key as row_key, -- 该行的主键，如行程编号
    judged.label, -- 名称：企业、事项、任务等
    case
        when len(judged.reasons) > 0 then 0
        when judged.adds is null then 1
        else coalesce(judged.amount * judged.factor, 0)
    end::decimal(38, 12) as contribution, -- 计入指标的数；比例为属于它的事项数
    judged.unit, -- 指标的单位
    len(judged.reasons) = 0 as is_counted, -- 是否计入
    judged.reasons -- 不计入的原因：代码及其所指；计入的为空
from judged
inner join core.submissions as submissions using (submission_id)
left join core.columns as columns
    on
        judged.submission_id = columns.submission_id
        and judged.sheet = columns.sheet
        and judged.field = columns.field
        and judged.excel_row between columns.from_row and columns.to_row;

comment on view live.secondary_rows is '次要指标由哪些行构成，旁边的行为什么不计';
