-- rule: C305
-- level: cross-return
-- severity: error
-- asks: projects
-- zh: 已签正式合同的项目，当月不得仍列为在谈
-- en: a project under a formal contract is not in talks in the same month
-- reason: 一个项目不能既算签约又算在谈。
-- remedy: 已签约的，请把项目状态改为“已转签约”；尚未签约的，请核对签约项目月报表中的合同类型。
--
-- The handbook: "same project 在谈 in 04 (项目状态 在谈) and under 正式合同 in 02 in one month",
-- whichever departments report it; of several, the 02 that came first is the one it is judged by.
-- The talk is held back.
with talks as (
    select submission_id, sheet, excel_row, report_month, project_id, status
    from asked_pipeline_projects
    where status = '在谈'
),

submissions as (
    select submission_id, arrival_no
    from core.submissions
),

contracts as (
    select
        signed.report_month,
        signed.project_id,
        string_agg(distinct signed.department, '、' order by signed.department) as names,
        arg_min(signed.submission_id, submissions.arrival_no) as against
    from asked_signed_projects as signed
    inner join submissions using (submission_id)
    where
        signed.contract_type = '正式合同'
        and (signed.report_month, signed.project_id) in (select (report_month, project_id) from talks)
    group by signed.report_month, signed.project_id
)

select
    talks.submission_id,
    talks.sheet,
    talks.excel_row,
    'status' as field,
    talks.status as value,
    '已转签约' as proposed,
    contracts.against,
    '项目 ' || talks.project_id || ' 仍填“在谈”，但' || contracts.names
    || '当月的签约项目月报表已列为正式合同。' as message
from talks
inner join contracts using (report_month, project_id)
