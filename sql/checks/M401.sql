-- rule: M401
-- level: cross-month
-- severity: error
-- questions: absence
-- asks: projects
-- holds: no
-- zh: 上月的有效项目，本月不得无故消失
-- en: a live project of last month does not vanish
-- reason: 漏报的项目会使合同额、在谈个数和资金无声减少。
-- remedy: 请补报漏掉的项目；已终止、已转签约的，请改填项目状态后保留在当月表中。
--
-- The handbook: "a live project does not vanish (02: not 终止; 04: not 已转签约, 已终止; 03: once paid
-- in, every later month of the year); judged only where this month's return is accepted". Compared
-- with the month before, so a project that stays away is said once. A project that another
-- department leads this month is still there: it was handed over, or only a joint partner left it;
-- of 03, where any department has it. No row can be pointed at, so none is held back.
with projects as (
    select
        'signed_projects' as return_name,
        submission_id, sheet, excel_row, report_month, department, project_id, project_name,
        role is distinct from '协办' as is_lead,
        status is distinct from '终止' as is_live
    from asked_signed_projects
    union all by name
    select
        'pipeline_projects' as return_name,
        submission_id, sheet, excel_row, report_month, department, project_id, project_name,
        role is distinct from '协办' as is_lead,
        coalesce(status not in ('已转签约', '已终止'), true) as is_live
    from asked_pipeline_projects
    union all by name
    select
        'paid_in' as return_name,
        submission_id, sheet, excel_row, report_month, department, project_id, project_name,
        true as is_lead,
        -- A line of noughts is no payment; a refund of everything is one.
        coalesce(
            bool_or(paid_month_cny <> 0 or paid_ytd_cny <> 0) over (
                partition by department, project_id, year(report_month)
                order by report_month
            ),
            false
        ) as is_live
    from asked_paid_in
),

returns as (
    select submission_id, return_name, department, report_month
    from core.submissions
    where is_current
),

titles as (
    select return_name, title
    from core.returns
),

places as (
    select distinct return_name, report_month, department, project_id
    from projects
),

led as (
    select distinct return_name, report_month, project_id
    from projects
    where is_lead
),

-- The live projects of a month, and the month after in which they are asked for.
expected as (
    select
        return_name,
        department,
        project_id,
        report_month as last_month,
        (report_month + interval 1 month)::date as report_month,
        any_value(project_name) as project_name,
        min(excel_row) as last_row
    from projects
    where project_id is not null and is_live and (return_name <> 'paid_in' or month(report_month) < 12)
    group by return_name, department, project_id, report_month
)

select
    returns.submission_id,
    null::varchar as sheet,
    null::integer as excel_row,
    null::varchar as field,
    expected.project_id as value,
    '上月（' || strftime(expected.last_month, '%Y-%m') || '）' || titles.title || '第' || expected.last_row
    || '行的项目 ' || expected.project_id || '（' || coalesce(expected.project_name, '')
    || '）本月没有填报。' as message
from expected
inner join returns using (return_name, department, report_month)
inner join titles using (return_name)
left join places using (return_name, report_month, department, project_id)
left join led
    on
        expected.return_name = led.return_name
        and expected.report_month = led.report_month
        and expected.project_id = led.project_id
where places.project_id is null and led.project_id is null
