-- A project as its newest row tells it, what counts now before what does not.
with filed_rows as (
    select
        submission_id, project_id, project_name, investor, department, report_month,
        contract_amount_cny as amount_cny, signed_on as dated_on, nature, role, status,
        'signed_projects' as return_name
    from rows.signed_projects
    where project_id = $key
    union all by name
    select
        submission_id, project_id, project_name, investor, department, report_month,
        planned_amount_cny as amount_cny, first_contact_on as dated_on, role, status,
        'pipeline_projects' as return_name
    from rows.pipeline_projects
    where project_id = $key
)

select
    filed_rows.project_id,
    filed_rows.project_name,
    filed_rows.investor,
    filed_rows.department,
    filed_rows.report_month,
    filed_rows.return_name,
    filed_rows.amount_cny,
    filed_rows.dated_on,
    filed_rows.nature,
    filed_rows.role,
    filed_rows.status,
    submissions.file
from filed_rows
inner join core.submissions as submissions using (submission_id)
order by
    submissions.is_current or submissions.is_added desc,
    filed_rows.return_name = 'signed_projects' desc,
    filed_rows.report_month desc,
    submissions.stands_no desc
limit 1;
