-- rule: T501
-- level: target
-- severity: warning
-- zh: 全区和有目标任务的单位，五项指标都应有目标值
-- en: the zone, and every department with a target row, has a target for each indicator
-- reason: 没有目标值就没有完成率，也判断不了是否过半。
-- remedy: 请下达该指标的目标任务；确无任务的，完成率显示“—”。
--
-- The handbook: "an indicator's target missing or 0, for 全区 and for units that have a target row:
-- rate prints —, no 双过半 status". Month by month, as the figures are told. No file lacks it, so
-- there is no row to point at. A department that has ended needs none.
with scopes as (
    select report_month, department
    from int.scopes
),

indicators as (
    select year, indicator_code, indicator_name, ordinal
    from int.indicators
    where has_target
),

targets as (
    select report_month, department, indicator_code, target_value, note
    from int.targets_in_force
),

departments as (
    select department, until_month
    from core.departments
)

select
    null::varchar as submission_id,
    null::varchar as sheet,
    null::integer as excel_row,
    null::varchar as field,
    scopes.report_month,
    scopes.department,
    'annual_targets' as return_name,
    scopes.department || '的' || indicators.indicator_name || '（' || indicators.indicator_code || '）'
    || case
        when targets.note is not null then '没有可用的目标值：' || targets.note
        when targets.target_value = 0 then '目标值为 0'
        else '没有目标值'
    end
    || '，完成率显示“—”。' as message
from scopes
inner join indicators on year(scopes.report_month) = indicators.year
left join targets using (report_month, department, indicator_code)
left join departments using (department)
where
    coalesce(targets.target_value, 0) = 0
    and (scopes.report_month <= departments.until_month or departments.until_month is null)
order by scopes.report_month, scopes.department, indicators.ordinal
