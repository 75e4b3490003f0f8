-- The projects of a month: those of its returns as they stand there, and whatever else is counted
-- in its figures, no more than are listed; of each what it adds to which figure. A department's row of a project is one.
with filed as (
    select
        department, project_id, project_name, investor, capital_origin, sector, nature,
        status as stage, signed_on, started_on, contract_amount_cny as amount_cny, excel_row,
        0 as place
    from mart.signed_projects
    where report_month = $month
    union all by name
    select
        department, project_id, project_name, investor, capital_origin, sector,
        if(status = '在谈', talk_stage, status) as stage, planned_amount_cny as amount_cny,
        excel_row, 1 as place
    from mart.pipeline_projects
    where report_month = $month
),

rows_of_projects as (
    select distinct on (department, project_id) *
    from filed
    order by department, project_id, place, excel_row
),

counted as (
    select
        department, row_key as project_id, indicator_code, min(label) as label,
        sum(contribution) as contribution
    from mart.headline_rows
    where report_month = $month
    group by department, row_key, indicator_code
),

counted_projects as (
    select
        department, project_id, min(label) as label,
        map(
            list(indicator_code order by indicator_code),
            list(contribution order by indicator_code)
        ) as contributions
    from counted
    group by department, project_id
)

select
    department, project_id,
    coalesce(filed.project_name, counted.label) as project_name,
    filed.investor, filed.capital_origin, filed.sector, filed.nature, filed.stage,
    filed.signed_on, filed.started_on, filed.amount_cny * 0.00000001 as amount,
    counted.contributions,
    count(*) over () as of_all
from rows_of_projects as filed
full join counted_projects as counted using (department, project_id)
left join mart.dim_department as departments using (department)
order by
    departments.ordinal, department, filed.place nulls last, filed.amount_cny desc nulls last, project_id
limit $most;
