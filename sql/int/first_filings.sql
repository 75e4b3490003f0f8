-- question: when did a department first file a project, in each role, and by which file?
-- grain: return (02 or 04) × department × project number × role.
-- formula: the first in arrival of all versions that were accepted and not withdrawn: a department does
--   not lose its place by filing a month again. The refresh is that of the first, too: arrival goes
--   by refresh first.
-- authority: the handbook, rule C307; counting rules: one project, one first introducer.
create or replace view int.first_filings as
with submissions as (
    select submission_id, refresh_no, arrival_no, file
    from core.submissions
    where is_accepted and not is_withdrawn
)

select
    filings.return_name,
    filings.department,
    filings.project_id,
    filings.role,
    min(submissions.refresh_no) as first_refresh_no,
    min(submissions.arrival_no) as first_arrival_no,
    arg_min(submissions.file, submissions.arrival_no) as first_file
from int.project_filings as filings
inner join submissions using (submission_id)
where filings.return_name <> 'paid_in'
group by filings.return_name, filings.department, filings.project_id, filings.role;

comment on view int.first_filings is '各单位最早在哪次刷新、以哪个文件、何种角色填报某个项目';
