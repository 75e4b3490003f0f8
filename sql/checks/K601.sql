-- rule: K601
-- level: correction
-- severity: error
-- holds: no
-- zh: 更正单须对得上被更正的行：该行是更正值或原值，更正值不同于原值，审批人不是填表人，批准不早于申请
-- en: a correction matches the row it names, changes something, and is approved by another person in time
-- reason: 更正单是已通报数字变动的唯一依据。
-- remedy: 请核对原报告期、报表名称、主键、更正字段和原值、更正值，并由填表人以外的人审批。
--
-- The handbook: "the row named by 原报告期, 报表名称, 主键 holds 更正值 (the return filed already carries
-- it) or 原值 (the new value is still to come: a resubmission for 重报, an adjusting row for
-- 本期调整); for a project's row the month before counts too; new≠old; approver≠filer; approval ≥
-- application". Amounts without a unit are in the form's 万元. That the row is missing is not
-- said where the return of that month is owed and not accepted: that is said of the return. No
-- row is held back; the month can't be locked.
with corrections as (
    select
        submission_id, sheet, excel_row, department, report_month, return_name, row_key, field,
        stated_return, stated_key, stated_field, stated_old_value, stated_new_value, old_value,
        new_value
    from corrected
),

forms as (
    select
        corrections.submission_id,
        corrections.sheet,
        corrections.excel_row,
        corrections.approver,
        corrections.filed_on,
        corrections.approved_on,
        submissions.filler
    from filed.corrections as corrections
    inner join core.submissions as submissions using (submission_id)
),

returns as (
    select return_name, department, report_month
    from core.submissions
    where is_current
),

owed as (
    select return_name, department, from_month
    from core.owed
),

held as (
    select
        corrections.submission_id,
        corrections.sheet,
        corrections.excel_row,
        bool_or(cells.value in (corrections.old_value, corrections.new_value)) as is_held,
        string_agg(distinct cells.words, '、' order by cells.words) as words
    from corrections
    inner join named_cells as cells
        on
            corrections.return_name = cells.return_name
            and corrections.row_key = cells.row_key
            and corrections.field = cells.field
            and (
                corrections.report_month = cells.report_month
                or (
                    cells.is_project
                    and cells.report_month = (corrections.report_month - interval 1 month)::date
                )
            )
    group by corrections.submission_id, corrections.sheet, corrections.excel_row
),

-- Whether the row is there, whatever stands in the cell.
unheard as (
    select
        corrections.submission_id,
        corrections.sheet,
        corrections.excel_row
    from corrections
    inner join owed
        on
            corrections.return_name = owed.return_name
            and corrections.department = owed.department
            and corrections.report_month >= owed.from_month
    left join returns
        on
            corrections.return_name = returns.return_name
            and corrections.department = returns.department
            and corrections.report_month = returns.report_month
    where returns.department is null
)

select
    corrections.submission_id,
    corrections.sheet,
    corrections.excel_row,
    'field' as field,
    corrections.stated_field as value,
    '《' || corrections.stated_return || '》没有“' || corrections.stated_field || '”这个栏目。' as message
from corrections
where corrections.return_name is not null and corrections.field is null and corrections.stated_field is not null
union all
select
    corrections.submission_id,
    corrections.sheet,
    corrections.excel_row,
    'row_key' as field,
    corrections.stated_key as value,
    strftime(corrections.report_month, '%Y-%m') || ' 的《' || corrections.stated_return || '》中没有主键为“'
    || corrections.stated_key || '”的行。' as message
from corrections
left join held using (submission_id, sheet, excel_row)
left join unheard using (submission_id, sheet, excel_row)
where
    corrections.field is not null
    and corrections.row_key is not null
    and corrections.report_month is not null
    and held.submission_id is null
    and unheard.submission_id is null
union all
select
    corrections.submission_id,
    corrections.sheet,
    corrections.excel_row,
    'new_value' as field,
    corrections.stated_new_value as value,
    corrections.stated_key || ' 的“' || corrections.stated_field || '”现为“' || coalesce(held.words, '空')
    || '”，既不是原值“' || coalesce(corrections.stated_old_value, '空') || '”，也不是更正值“'
    || coalesce(corrections.stated_new_value, '空') || '”。' as message
from corrections
inner join held using (submission_id, sheet, excel_row)
where not coalesce(held.is_held, false)
union all
select
    submission_id,
    sheet,
    excel_row,
    'new_value' as field,
    stated_new_value as value,
    '更正值“' || stated_new_value || '”与原值“' || stated_old_value || '”相同。' as message
from corrections
where old_value = new_value
union all
select
    submission_id,
    sheet,
    excel_row,
    'approver' as field,
    approver as value,
    '审批人“' || approver || '”就是填表人，须由他人审批。' as message
from forms
where stg.name_key(approver) = stg.name_key(filler)
union all
select
    submission_id,
    sheet,
    excel_row,
    'approved_on' as field,
    strftime(approved_on, '%Y-%m-%d') as value,
    '批准日期 ' || strftime(approved_on, '%Y-%m-%d') || ' 早于申请日期 ' || strftime(filed_on, '%Y-%m-%d')
    || '。' as message
from forms
where approved_on < filed_on
