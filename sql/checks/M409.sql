-- rule: M409
-- level: cross-month
-- severity: warning
-- asks: projects
-- zh: 在谈项目连续3个月没有进展的，须写明进展或停滞说明
-- en: a talk unchanged for three months says why
-- reason: 长期没有进展的在谈项目可能已经停滞，却仍计入存量。
-- remedy: 请填写进展或停滞说明；已停止洽谈的，请把项目状态改为“已终止”。
--
-- The handbook: "在谈, stage and amount as in each of the 3 months before, and 进展或停滞说明 empty".
-- Each of the three months must be there.
with talks as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id, status, talk_stage,
        planned_amount_cny, remark
    from asked_pipeline_projects
    where project_id is not null
),

months_before as (
    select distinct report_month, department, project_id, talk_stage, planned_amount_cny
    from talks
    where status = '在谈'
),

unchanged as (
    select
        talks.submission_id,
        talks.sheet,
        talks.excel_row,
        any_value(talks.project_id) as project_id,
        any_value(talks.talk_stage) as talk_stage,
        any_value(talks.planned_amount_cny) as planned_amount_cny
    from talks
    inner join months_before
        on
            talks.department = months_before.department
            and talks.project_id = months_before.project_id
            and talks.talk_stage = months_before.talk_stage
            and talks.planned_amount_cny = months_before.planned_amount_cny
            and months_before.report_month between (talks.report_month - interval 3 month)::date
            and (talks.report_month - interval 1 month)::date
    where talks.status = '在谈' and talks.remark is null
    group by talks.submission_id, talks.sheet, talks.excel_row
    having count(distinct months_before.report_month) = 3
)

select
    submission_id,
    sheet,
    excel_row,
    'remark' as field,
    '项目 ' || project_id || ' 的洽谈阶段（' || talk_stage || '）和拟投资额（'
    || plain_wan(planned_amount_cny) || '）已连续3个月没有变化，没有填写进展或停滞说明。' as message
from unchanged
