-- The rows that checks of projects are asked about, by their places.
create or replace temp view asked_rows as
select submission_id, sheet, excel_row from asked_signed_projects
union all
select submission_id, sheet, excel_row from asked_paid_in
union all
select submission_id, sheet, excel_row from asked_pipeline_projects;
