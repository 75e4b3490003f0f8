-- question: which contracts does each department report as live, month by month?
-- grain: project × month × department.
-- formula: rows of the current versions that are not held back;
--   telephone numbers in remarks are masked.
-- authority: the handbook, return 02. The columns' comments come from the return's declaration.
create or replace view mart.signed_projects as
with accepted as (
    select
        report_month, department, project_id, project_name, investor, uscc, investor_type,
        capital_origin, sector, chain, contract_type, nature, role, contract_amount_cny,
        fixed_asset_cny, signed_on, status, started_on, operating_on, ended_on, audit_status,
        remark, submission_id, sheet, excel_row
    from accepted.signed_projects
)

select
    report_month,
    department,
    project_id,
    project_name,
    investor,
    uscc,
    investor_type,
    capital_origin,
    sector,
    chain,
    contract_type,
    nature,
    role,
    contract_amount_cny,
    fixed_asset_cny,
    signed_on,
    status,
    started_on,
    operating_on,
    ended_on,
    audit_status,
    stg.masked_phones(remark) as remark,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.signed_projects is '02 签约项目月报表：采用的行，当前版本';
comment on column mart.signed_projects.submission_id is '报送编号，见mart.submissions';
comment on column mart.signed_projects.sheet is '工作表';
comment on column mart.signed_projects.excel_row is '表格中的行号';
