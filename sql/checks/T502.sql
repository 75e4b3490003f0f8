-- rule: T502
-- level: target
-- severity: warning
-- zh: 年内调整目标任务，须有下达文号和新的下达日期
-- en: a target changed within the year has its document number and a date of its own
-- reason: 调整自下达当月起执行，以前的通报仍用原目标，须有据可查。
-- remedy: 请补填下达文号；调整的目标请另起一行，填新的下达日期。
--
-- The handbook: "changed in-year needs 文号 and date; older bulletins keep the old one". Two ways to
-- change a target: a later row that differs from the one before it, which needs its 下达文号; and
-- a row filed again with another target under the same date, which would change older bulletins.
with submissions as (
    select submission_id, refresh_no, arrival_no, is_accepted and not is_withdrawn as is_valid
    from core.submissions
),

targets as (
    select
        submission_id, sheet, excel_row, year, department, indicator_code, target, unit, doc_no,
        issued_on,
        lag(target) over same_target as last_target,
        lag(unit) over same_target as last_unit
    from filed.annual_targets
    where issued_on is not null
    window same_target as (partition by year, department, indicator_code order by issued_on)
),

-- What an earlier refresh had said under the same key.
replaced as (
    select
        targets.submission_id,
        targets.sheet,
        targets.excel_row,
        earlier.target,
        earlier.unit
    from targets
    inner join submissions as now using (submission_id)
    inner join rows.annual_targets as earlier
        on
            targets.year = earlier.year
            and targets.department = earlier.department
            and targets.indicator_code = earlier.indicator_code
            and targets.issued_on = earlier.issued_on
    inner join submissions as before on earlier.submission_id = before.submission_id
    where
        before.is_valid
        and before.refresh_no < now.refresh_no
        and (targets.target <> earlier.target or targets.unit <> earlier.unit)
    qualify
        row_number() over (
            partition by targets.submission_id, targets.sheet, targets.excel_row
            order by before.arrival_no desc, earlier.sheet desc, earlier.excel_row desc
        ) = 1
)

select
    submission_id,
    sheet,
    excel_row,
    'doc_no' as field,
    null::varchar as value,
    year || '年' || department || '的 ' || indicator_code || ' 目标由 ' || plain_number(last_target)
    || coalesce(last_unit, '') || ' 调整为 ' || plain_number(target) || coalesce(unit, '') || '，没有填下达文号。' as message
from targets
where (target <> last_target or unit <> last_unit) and doc_no is null
union all
select
    targets.submission_id,
    targets.sheet,
    targets.excel_row,
    'issued_on' as field,
    strftime(targets.issued_on, '%Y-%m-%d') as value,
    targets.year || '年' || targets.department || '的 ' || targets.indicator_code || ' 目标由 '
    || coalesce(plain_number(replaced.target) || replaced.unit, '空') || ' 改为 '
    || coalesce(plain_number(targets.target) || targets.unit, '空')
    || '，下达日期仍是 ' || strftime(targets.issued_on, '%Y-%m-%d') || '，以前各月的通报会随之改变。' as message
from targets
inner join replaced using (submission_id, sheet, excel_row)
