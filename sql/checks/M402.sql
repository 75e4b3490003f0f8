-- rule: M402
-- level: cross-month
-- severity: error
-- asks: projects
-- needs: K601
-- zh: 项目状态、洽谈阶段不得倒退，确需更正的须有更正单
-- en: a stage never goes back without a correction
-- reason: 项目只会向前推进，倒退说明上月或本月填错。
-- remedy: 请改正本月的阶段；上月填错的，请报送数据更正单。
--
-- The handbook: "stage (02 项目状态, 04 洽谈阶段) never goes back without 更正单". An ended contract
-- doesn't come back either. A correction of that project, field and month is one in force, of that
-- department or an office that may, whose 原报告期 is this month or the one before, or whose form is
-- of this month; one that the month before has carried out already excuses no further change. The
-- later month's row is held back.
with places (field, stage, place) as (
    values
    ('status', '签约', 1),
    ('status', '注册', 2),
    ('status', '开工', 3),
    ('status', '在建', 4),
    ('status', '投产', 5),
    ('status', '终止', 6),
    ('talk_stage', '初步接触', 1),
    ('talk_stage', '实地考察', 2),
    ('talk_stage', '实质洽谈', 3),
    ('talk_stage', '意向(框架)协议', 4),
    ('talk_stage', '待签合同', 5)
),

staged as (
    select
        'signed_projects' as return_name, 'status' as field, '项目状态' as header,
        submission_id, sheet, excel_row, report_month, department, project_id, status as stage
    from asked_signed_projects
    union all by name
    select
        'pipeline_projects' as return_name, 'talk_stage' as field, '洽谈阶段' as header,
        submission_id, sheet, excel_row, report_month, department, project_id, talk_stage as stage
    from asked_pipeline_projects
),

stages as (
    select staged.*, places.place
    from staged
    inner join places using (field, stage)
    where staged.project_id is not null
),

months_before as (
    select submission_id, return_name, report_month, department, project_id, stage, place
    from stages
    qualify count(*) over (partition by return_name, report_month, department, project_id) = 1
),

corrections as (
    select
        department, may_correct, return_name, row_key, field, report_month, form_month, new_value
    from corrections_in_force
),

gone_back as (
    select
        stages.*,
        months_before.submission_id as against,
        months_before.report_month as last_month,
        months_before.stage as last_stage
    from stages
    inner join months_before
        on
            stages.return_name = months_before.return_name
            and stages.department = months_before.department
            and stages.project_id = months_before.project_id
            and months_before.report_month = (stages.report_month - interval 1 month)::date
    where stages.place < months_before.place
)

select
    gone_back.submission_id,
    gone_back.sheet,
    gone_back.excel_row,
    gone_back.field,
    gone_back.stage as value,
    gone_back.last_stage as proposed,
    gone_back.against,
    '项目 ' || gone_back.project_id || ' 的' || gone_back.header || '由上月的“' || gone_back.last_stage
    || '”退回“' || gone_back.stage || '”，没有更正单。' as message
from gone_back
where
    not exists (
        select 1
        from corrections
        where
            corrections.return_name = gone_back.return_name
            and corrections.row_key = stg.name_key(gone_back.project_id)
            and corrections.field = gone_back.field
            and (corrections.may_correct or corrections.department = gone_back.department)
            and (
                corrections.report_month = gone_back.report_month
                or (
                    corrections.report_month = gone_back.last_month
                    and corrections.new_value is distinct from stg.name_key(gone_back.last_stage)
                )
                or (
                    corrections.form_month = gone_back.report_month
                    and corrections.report_month < gone_back.last_month
                )
            )
    )
