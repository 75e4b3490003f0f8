-- rule: C306
-- level: cross-return
-- severity: error
-- asks: projects
-- zh: 已转签约的项目，须出现在当月签约项目月报表中
-- en: a talk that turned into a contract is in the signed return of the same month
-- reason: 转为签约的项目离开在谈存量，就应当计入签约。
-- remedy: 请在当月签约项目月报表中补报该项目；尚未签约的，请把项目状态改回“在谈”。
--
-- The handbook: "已转签约 appears in signed return the same month". Any department may have signed
-- it. Not judged while the talk's own department has no accepted 02 of the month (as C301): what
-- is missing there is said by B701. The talk is held back.
with talks as (
    select submission_id, sheet, excel_row, report_month, department, project_id, status
    from asked_pipeline_projects
    where status = '已转签约' and project_id is not null
),

contracts as (
    select distinct report_month, project_id
    from asked_signed_projects
    where project_id is not null
),

returns as (
    select department, report_month, submission_id
    from core.submissions
    where is_current and return_name = 'signed_projects'
)

select
    talks.submission_id,
    talks.sheet,
    talks.excel_row,
    'status' as field,
    talks.status as value,
    returns.submission_id as against,
    '项目 ' || talks.project_id || ' 填“已转签约”，但 ' || strftime(talks.report_month, '%Y-%m')
    || ' 的签约项目月报表中没有这个项目。' as message
from talks
inner join returns using (report_month, department)
left join contracts using (report_month, project_id)
where contracts.project_id is null
