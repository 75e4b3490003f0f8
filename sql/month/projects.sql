-- The projects that returns of the year up to a month tell of, by stage and amount, at most `$most`, with
-- how many there are of all, and where their amounts stand: the row of the newest return that says the
-- same of contract, talk and payments, with the cell of its amount where figures look at it.
with listed as (
    select
        projects.*,
        array_position(['在谈', '签约', '注册', '开工', '在建', '投产', '终止'], projects.stage) as place,
        case
            when projects.stage = '在谈'
                then coalesce(projects.planned_amount_cny, projects.contract_amount_cny)
            else coalesce(projects.contract_amount_cny, projects.planned_amount_cny)
        end as amount_cny,
        count(*) over () as of_all
    from mart.projects as projects
    where projects.last_report_month between date_trunc('year', $month)::date and $month
),

shown as (
    from listed
    order by place nulls last, amount_cny desc nulls last, project_id
    limit $most
),

filed as (
    select
        rows.project_id, rows.report_month, rows.submission_id, rows.sheet, rows.excel_row,
        'contract' as told, rows.contract_amount_cny as amount_cny
    from mart.signed_projects as rows
    union all
    select
        rows.project_id, rows.report_month, rows.submission_id, rows.sheet, rows.excel_row,
        'talk' as told, rows.planned_amount_cny as amount_cny
    from mart.pipeline_projects as rows
    union all
    select
        rows.project_id, rows.report_month, rows.submission_id, rows.sheet, rows.excel_row,
        'paid' as told, rows.paid_total_cny as amount_cny
    from mart.paid_in as rows
    where rows.audit_status = '审核通过'
),

newest as (
    select
        shown.project_id as one_id,
        filed.*
    from shown
    inner join mart.project_ids as ids on shown.project_id = ids.project_id
    inner join filed on ids.filed_id = filed.project_id
    where
        filed.report_month between date_trunc('year', $month)::date and $month
        and (
            filed.told = 'paid'
            or (
                ids.filed_id = shown.project_id
                and filed.amount_cny = case
                    when filed.told = 'talk' then shown.planned_amount_cny
                    else shown.contract_amount_cny
                end
            )
        )
    qualify
        row_number() over (
            partition by shown.project_id, filed.told, ids.filed_id
            order by filed.report_month desc, filed.submission_id desc, filed.excel_row
        ) = 1
),

cells as (
    select distinct submission_id, sheet, excel_row, cell
    from detail.headline_candidates
    where
        until_at is null
        and indicator_code in ('ZS01', 'ZS04')
        and report_month between date_trunc('year', $month)::date and $month
),

sources as (
    select
        newest.one_id,
        list(
            {
                'told': newest.told,
                'report_month': newest.report_month,
                'project_id': newest.project_id,
                'file': submissions.file,
                'sheet': newest.sheet,
                'excel_row': newest.excel_row,
                'cell': cells.cell,
                'amount_cny': newest.amount_cny
            } order by newest.told, newest.project_id
        ) as sources
    from newest
    inner join mart.submissions as submissions using (submission_id)
    left join cells
        on
            newest.submission_id = cells.submission_id
            and newest.sheet = cells.sheet
            and newest.excel_row = cells.excel_row
    group by newest.one_id
)

select
    shown.project_id, shown.project_name, shown.department, shown.investor, shown.sector,
    shown.stage, shown.talk_stage, shown.first_contact_on, shown.signed_on, shown.started_on,
    shown.operating_on, shown.ended_on, shown.days_in_stage, shown.days_in_talks,
    shown.days_to_start, shown.days_building, shown.days_operating, shown.amount_cny,
    shown.paid_total_cny, shown.last_report_month, last_day(shown.last_report_month) as known_until,
    shown.other_ids, shown.of_all, sources.sources
from shown
left join sources on shown.project_id = sources.one_id
order by shown.place nulls last, shown.amount_cny desc nulls last, shown.project_id;
