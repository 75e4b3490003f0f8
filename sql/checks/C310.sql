-- rule: C310
-- level: cross-return
-- severity: warning
-- zh: 各单位目标任务之和应等于全区目标任务（加压的须在备注中说明）
-- en: the departments' targets add up to the zone's (more is allowed with a note)
-- reason: 任务分解不足，全部单位完成了全区也完不成。
-- remedy: 请核对各单位与全区的目标值；有意加压的，请在各单位行的备注中说明。
--
-- The handbook: "unit targets add to 全区 (加压 allowed with note)". Compared as they are in force
-- when targets were issued last; said at the zone's row. A sum above the zone's is silent where a
-- department's row of the indicator has a note, or the zone's note speaks of 加压; a sum below it
-- is no 加压. Without a row for the zone, or for any department, there is nothing to add up.
with departments as (
    select department
    from core.departments
),

targets as (
    select
        submission_id,
        sheet,
        excel_row,
        year,
        department,
        indicator_code,
        remark,
        date_trunc('month', issued_on)::date as in_force_from,
        if(unit = '个', '个', '亿元') as unit,
        if(unit = '万元', target * 0.0001::decimal(5, 4), target)::decimal(28, 8) as target,
        row_number() over (
            partition by year, department, indicator_code
            order by issued_on, submission_id, excel_row
        ) as issue_no
    from filed.annual_targets
    where
        year is not null and department is not null and indicator_code is not null
        and target is not null and unit is not null and issued_on is not null
),

moments as (
    select year, indicator_code, in_force_from as report_month
    from targets
    group by year, indicator_code, in_force_from
),

in_force as (
    select moments.report_month, targets.*
    from moments
    inner join targets using (year, indicator_code)
    where targets.in_force_from <= moments.report_month or targets.issue_no = 1
    qualify
        row_number() over (
            partition by year, indicator_code, moments.report_month, targets.department
            order by targets.issue_no desc
        ) = 1
),

added as (
    select
        year,
        indicator_code,
        report_month,
        sum(target) as target,
        any_value(unit) as unit,
        bool_or(remark is not null) as has_note,
        count(distinct unit) = 1 as is_one_unit
    from in_force
    inner join departments using (department)
    group by year, indicator_code, report_month
),

compared as (
    select
        zone.submission_id,
        zone.sheet,
        zone.excel_row,
        zone.year,
        zone.indicator_code,
        zone.target,
        zone.unit,
        added.target as departments_target,
        added.is_one_unit and added.unit = zone.unit as is_comparable,
        added.has_note or coalesce(zone.remark like '%加压%', false) as has_note
    from in_force as zone
    inner join added using (year, indicator_code, report_month)
    where zone.department = '全区'
    qualify
        row_number() over (
            partition by zone.submission_id, zone.sheet, zone.excel_row
            order by zone.report_month desc
        ) = 1
)

select
    submission_id,
    sheet,
    excel_row,
    'target' as field,
    plain_number(target) || unit as value,
    year || '年 ' || indicator_code || '：各单位目标之和 ' || plain_number(departments_target) || unit
    || '，全区目标 ' || plain_number(target) || unit || '，'
    || case when departments_target > target then '多 ' else '少 ' end
    || plain_number(abs(departments_target - target)) || unit || '。' as message
from compared
where
    is_comparable
    and departments_target <> target
    and not (departments_target > target and has_note)
