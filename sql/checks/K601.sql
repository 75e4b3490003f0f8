-- rule: K601
-- level: correction
-- severity: error
-- holds: no
-- zh: 更正单须对得上本单位被更正的行：该行是更正值或原值，更正值不同于原值，审批人不是填表人，批准不早于申请
-- en: a correction matches the own row it names, changes something, and is approved by another in time
-- reason: 更正单是已通报数字变动的唯一依据。
-- remedy: 请核对原报告期、报表名称、主键、更正字段和原值、更正值，并由填表人以外的人审批。
--
-- The handbook: "the row named by 原报告期, 报表名称, 主键 holds 更正值 (the return filed already carries
-- it) or 原值 (the new value is still to come: a resubmission for 重报, an adjusting row for
-- 本期调整); for a project's row the month before counts too; new≠old; approver≠filer; approval ≥
-- application"; "its 原值 may be the 更正值 of an earlier 14 in force on the same row; a 14 that names
-- another unit's row is a K601 error, unless filed by the row's unit or an office that zone.toml
-- names". So where corrections follow each other, the row holds a value of one of them, and the
-- earlier ones stay sound when the later is carried out. Amounts without a unit are in the form's
-- 万元. That the row is missing is not said where the return of that month is owed and not
-- accepted: that is said of the return. No row is held back; the month can't be locked, and the
-- correction excuses nothing.
with recursive corrections as (
    select
        submission_id, sheet, excel_row, department, may_correct, report_month, return_name,
        is_project, row_key, field, stated_return, stated_key, stated_field, stated_old_value,
        stated_new_value, old_value, new_value,
        -- The order in which they were asked for, and what they are told apart by.
        row(filed_on, arrival_no, submission_id, sheet, excel_row) as place
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

named as (
    select
        corrections.place,
        cells.department,
        cells.value,
        cells.words,
        corrections.may_correct or cells.department = corrections.department as is_own
    from corrections
    inner join named_cells as cells
        on
            corrections.return_name = cells.return_name
            and corrections.row_key = cells.row_key
            and corrections.field = cells.field
            and (
                corrections.report_month = cells.report_month
                or (
                    corrections.is_project
                    and cells.report_month = (corrections.report_month - interval 1 month)::date
                )
            )
),

-- Whether the row is there and whose it is, whatever stands in the cell.
owners as (
    select
        place,
        bool_or(is_own) as is_own,
        string_agg(distinct department, '、' order by department) as departments
    from named
    group by place
),

unheard as (
    select corrections.place
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
),

faults as (
    select
        submission_id,
        sheet,
        excel_row,
        'field' as field,
        stated_field as value,
        '《' || stated_return || '》没有“' || stated_field || '”这个栏目。' as message
    from corrections
    where return_name is not null and field is null and stated_field is not null
    union all
    select
        corrections.submission_id,
        corrections.sheet,
        corrections.excel_row,
        'row_key' as field,
        corrections.stated_key as value,
        case
            when owners.place is null
                then
                    strftime(corrections.report_month, '%Y-%m') || ' 的《' || corrections.stated_return
                    || '》中没有主键为“' || corrections.stated_key || '”的行。'
            else
                corrections.stated_key || ' 是' || owners.departments || '在《'
                || corrections.stated_return || '》中填报的行，不能由' || corrections.department || '更正。'
        end as message
    from corrections
    left join owners using (place)
    left join unheard using (place)
    where
        corrections.field is not null
        and corrections.row_key is not null
        and corrections.report_month is not null
        and not coalesce(owners.is_own, false)
        and unheard.place is null
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
        '批准日期 ' || strftime(approved_on, '%Y-%m-%d') || ' 早于申请日期 '
        || strftime(filed_on, '%Y-%m-%d') || '。' as message
    from forms
    where approved_on < filed_on
),

sound as (
    select
        corrections.place, corrections.return_name, corrections.is_project, corrections.row_key,
        corrections.field, corrections.report_month, corrections.old_value, corrections.new_value
    from corrections
    anti join faults using (submission_id, sheet, excel_row)
),

-- A later correction that begins with what an earlier one gave.
links as (
    select
        earlier.place as earlier,
        later.place as later
    from sound as earlier
    inner join sound as later
        on
            earlier.return_name = later.return_name
            and earlier.row_key = later.row_key
            and earlier.field = later.field
            and earlier.new_value = later.old_value
            and earlier.place < later.place
            and (
                earlier.report_month = later.report_month
                or (
                    later.is_project
                    and earlier.report_month = (later.report_month - interval 1 month)::date
                )
            )
),

before (place, member) as (
    select
        place,
        place as member
    from corrections
    union
    select
        before.place,
        links.earlier as member
    from before
    inner join links on before.member = links.later
),

after (place, member) as (
    select
        place,
        place as member
    from corrections
    union
    select
        after.place,
        links.later as member
    from after
    inner join links on after.member = links.earlier
),

members as (
    select place, member from before
    union
    select place, member from after
),

held as (
    select
        named.place,
        bool_or(named.value in (corrections.old_value, corrections.new_value)) as is_held,
        string_agg(distinct named.words, '、' order by named.words) as words
    from named
    inner join members using (place)
    inner join corrections on members.member = corrections.place
    where named.is_own
    group by named.place
)

select
    submission_id,
    sheet,
    excel_row,
    field,
    value,
    message
from faults
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
inner join held using (place)
where not coalesce(held.is_held, false)
