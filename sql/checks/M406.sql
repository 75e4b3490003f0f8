-- rule: M406
-- level: cross-month
-- severity: error
-- asks: projects
-- needs: K601
-- zh: 累计减少、本月为负，须有更正单；所填更正单号须是更正该项目的有效更正单
-- en: a cumulative falls, or a month is negative, only with a correction; a number named is one in force
-- reason: 到位的资金不会变少，退款和核减须有据可查。
-- remedy: 请核对；确需核减的，请报送数据更正单，并在本行填写更正单号。
--
-- The handbook: "cumulative falls or 本月<0 only with 更正单", and "a row's 更正单号 is that of a 14 in
-- force on this project and return, else M406". What excuses a fall or a negative month is a
-- correction in force of one of the project's three amounts: the one that the row names; where it
-- names none, one whose 原报告期 is this month or the one before. Where the month is negative, that is
-- said and not the cumulatives' fall with it; where a cumulative agrees with the month before the
-- last, it is last month's that is too high, and has the finding. An unknown number is said where
-- nothing else is; one whose correction has an error of its own has its finding there (K601). A row
-- is judged by the correction that came last under its number, of whatever version, else by the
-- month before. The row of the later month is held back.
with payments as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id, paid_month_cny,
        paid_ytd_cny, paid_total_cny, correction_no
    from asked_paid_in
    where project_id is not null
),

months_before as (
    select submission_id, report_month, project_id, paid_month_cny, paid_ytd_cny, paid_total_cny
    from payments
    qualify count(*) over (partition by report_month, project_id) = 1
),

corrections as (
    select
        row_key,
        report_month,
        stg.name_key(correction_no) as number_key,
        coalesce(field in ('paid_month_cny', 'paid_ytd_cny', 'paid_total_cny'), false) as is_of_amount
    from corrections_in_force
    where return_name = 'paid_in'
),

-- Those that a row may name; whether they excuse anything is another question.
known as (
    select
        row_key,
        stg.name_key(correction_no) as number_key
    from corrected
    where is_accepted and return_name = 'paid_in'
),

named as (
    select
        stg.name_key(corrections.correction_no) as number_key,
        arg_max(corrections.submission_id, submissions.arrival_no) as submission_id
    from rows.corrections as corrections
    inner join core.submissions as submissions using (submission_id)
    group by stg.name_key(corrections.correction_no)
),

followed as (
    select
        payments.*,
        coalesce(named.submission_id, last_row.submission_id) as against,
        if(month(payments.report_month) = 1, null, last_row.paid_ytd_cny) as last_ytd_cny,
        last_row.paid_total_cny as last_total_cny,
        -- What the cumulatives would be without last month's; January's has nothing before it.
        if(month(payments.report_month) = 2, 0, row_before.paid_ytd_cny)
        + last_row.paid_month_cny + payments.paid_month_cny as added_ytd_cny,
        row_before.paid_total_cny + last_row.paid_month_cny + payments.paid_month_cny
            as added_total_cny
    from payments
    left join months_before as last_row
        on
            payments.project_id = last_row.project_id
            and last_row.report_month = (payments.report_month - interval 1 month)::date
    left join months_before as row_before
        on
            payments.project_id = row_before.project_id
            and row_before.report_month = (payments.report_month - interval 2 month)::date
    left join named on stg.name_key(payments.correction_no) = named.number_key
),

judged as (
    select
        followed.*,
        followed.correction_no is null or exists (
            select 1
            from known
            where
                known.row_key = stg.name_key(followed.project_id)
                and known.number_key = stg.name_key(followed.correction_no)
        ) as is_known,
        exists (
            select 1
            from corrections
            where
                corrections.row_key = stg.name_key(followed.project_id)
                and corrections.is_of_amount
                and case
                    when followed.correction_no is not null
                        then corrections.number_key = stg.name_key(followed.correction_no)
                    else
                        corrections.report_month in (
                            followed.report_month, (followed.report_month - interval 1 month)::date
                        )
                end
        ) as is_excused
    from followed
),

unexcused as (
    select *
    from judged
    where not is_excused
),

faults as (
    select
        submission_id, sheet, excel_row, against, correction_no,
        'paid_month_cny' as field,
        paid_month_cny as paid_cny,
        '本月实到 ' || plain_wan(paid_month_cny) || ' 为负' as words
    from unexcused
    where paid_month_cny < 0
    union all by name
    select
        submission_id, sheet, excel_row, against, correction_no,
        'paid_ytd_cny' as field,
        paid_ytd_cny as paid_cny,
        '本年累计由上月的 ' || plain_wan(last_ytd_cny) || ' 减少为 ' || plain_wan(paid_ytd_cny) as words
    from unexcused
    where
        paid_ytd_cny < last_ytd_cny
        and coalesce(paid_month_cny >= 0, true)
        and paid_ytd_cny is distinct from added_ytd_cny
    union all by name
    select
        submission_id, sheet, excel_row, against, correction_no,
        'paid_total_cny' as field,
        paid_total_cny as paid_cny,
        '自签约累计由上月的 ' || plain_wan(last_total_cny) || ' 减少为 ' || plain_wan(paid_total_cny) as words
    from unexcused
    where
        paid_total_cny < last_total_cny
        and coalesce(paid_month_cny >= 0, true)
        and paid_total_cny is distinct from added_total_cny
)

select
    submission_id,
    sheet,
    excel_row,
    field,
    plain_wan(paid_cny) as value,
    against,
    words || '，'
    || case
        when correction_no is null then '没有更正单。'
        else '更正单“' || correction_no || '”不在有效的数据更正单中，或不是更正这个项目的实到资金。'
    end as message
from faults
union all
select
    submission_id,
    sheet,
    excel_row,
    'correction_no' as field,
    correction_no as value,
    against,
    '更正单“' || correction_no || '”不在有效的数据更正单中，或不是更正项目 ' || project_id
    || ' 的实到资金月报表。' as message
from judged
anti join faults using (submission_id, sheet, excel_row)
where not is_known
