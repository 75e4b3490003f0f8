-- rule: C311
-- level: cross-return
-- severity: warning
-- zh: 台账编号一事一号，不得用于另一件事
-- en: a ledger's number is not taken again for another thing
-- reason: 编号相同而日期、名称都不同的是两件事，两件都计入；只改了日期的，算作更新，只计一次。
-- remedy: 请给每件事一个不再使用的编号，不要每月从1编起；确是同一件事的，请改为相同的日期或名称。
--
-- The handbook: "the same key in a later month updates the row, if it has the same date or the same
-- name (firm, leader, title, matter); else it is another thing that took the number again: both count,
-- and C311 names both". Within a year: numbers may begin anew each year. Said once, of the first row
-- of the later thing. A row that updates one of an earlier month, though its date lies behind that
-- month, may be another thing of the same name: it counts as the same, and that is said.
with rows_of_ledgers as (
    select
        submission_id, sheet, excel_row, report_month, number_key, told_no, entry_no, updates_no,
        'trip_no' as field, trip_no as number, depart_on as dated_on, leader as name
    from entries.outbound_trips
    union all by name
    select
        submission_id, sheet, excel_row, report_month, number_key, told_no, entry_no, updates_no,
        'reception_no' as field, reception_no as number, visited_on as dated_on, org_name as name
    from entries.receptions
    union all by name
    select
        submission_id, sheet, excel_row, report_month, number_key, told_no, entry_no, updates_no,
        'meeting_no' as field, meeting_no as number, held_on as dated_on, title as name
    from entries.meetings
    union all by name
    select
        submission_id, sheet, excel_row, report_month, number_key, told_no, entry_no, updates_no,
        'problem_no' as field, problem_no as number, raised_on as dated_on,
        stg.masked_phones(content) as name
    from entries.problem_ledger
    union all by name
    select
        submission_id, sheet, excel_row, report_month, number_key, told_no, entry_no, updates_no,
        'issue_no' as field, issue_no as number, found_on as dated_on,
        stg.masked_phones(content) as name
    from entries.secretary_log
),

told as (
    select
        *,
        strftime(report_month, '%Y-%m') || ' 台账第' || excel_row || '行（'
        || coalesce(strftime(dated_on, '%Y-%m-%d'), '日期空') || ' '
        || if(length(name) > 30, left(name, 30) || '…', coalesce(name, '')) || '）' as words
    from rows_of_ledgers
),

pairs as (
    select
        later.*,
        earlier.submission_id as against,
        earlier.words as earlier_words,
        later.updates_no is null as is_other
    from told as later
    inner join told as earlier
        on
            later.field = earlier.field
            and later.number_key = earlier.number_key
            and year(later.report_month) = year(earlier.report_month)
            and later.report_month > earlier.report_month
            and later.told_no > earlier.told_no
            and case
                when later.updates_no is null then later.entry_no <> earlier.entry_no
                else
                    later.updates_no = earlier.told_no and later.dated_on > last_day(earlier.report_month)
            end
    qualify
        row_number() over (
            partition by later.field, later.told_no
            order by earlier.told_no desc
        ) = 1
)

select
    submission_id,
    sheet,
    excel_row,
    field,
    number as value,
    against,
    '编号“' || number || '”已用于 ' || earlier_words || '；本行是 ' || words || '，'
    || if(is_other, '日期、名称都不同，按两件事都计入。', '名称相同、日期在其后，按同一件事更新，只计一次。')
        as message
from pairs
