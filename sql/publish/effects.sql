-- What can correcting what an open finding asks about move, and by how much? By finding, headline
-- indicator and scope (the zone, and the row's department); of the findings of some months.
-- at most, in the figure of the finding's own month:
-- 1. a row that is held back, or of a file that is turned back, would come in: its contribution, where
--    nothing else leaves it out. Reasons that rest on a cell that has to be corrected count for
--    nothing. Its amount is the one proposed, where the amount is what is wrong; what can't be read is
--    taken as last reported (of payments: what the year's cumulative has grown by). Rows that share
--    a key are weighed by all of them.
-- 2. a row that counts may come out, where the finding questions a cell on which that rests, or
--    whether the row may count at all; where it is its amount, it moves by the difference to what is
--    proposed, else by all of it.
-- 3. a row that a warning says is left out would come in, where nothing else leaves it out.
-- 4. a project that is gone (M401), a return that is missing or unreadable: what it was in the month
--    before, unless another version counts; nothing is known of payments. What turned a file back that can
--    be read: all its rows. Its warnings (late, say) did not turn it back: none.
-- 5. of a file that is turned back, and of its rows, what counts meanwhile of the department's is taken off.
-- The rate moves by it in points of the scope's target, of the figure that is held against it.
-- Authority: the handbook, indicators and held rows; what an office asks first: what can move most.
-- `turned_back_rows` has been laid out (sql/publish/turned_back_rows.sql), and what was known of the
-- months asked for is gone.
insert into core.finding_effects by name
with findings as (
    select distinct
        finding_key, rule, severity, holds, submission_id, sheet, excel_row, field, value, proposed,
        report_month, owner_department as department, return_name, other_row_key, is_turned_back
    from int.judged_findings
    where is_open and {since}
),

indicators as (
    select
        declared.indicator_code, declared.return_name, declared.amount, declared.adds_amounts,
        declared.is_flow, defined.year, defined.minimum_cny, defined.rated_code, declared.has_target
    from core.indicators as declared
    inner join int.indicators as defined using (indicator_code)
),

submissions as (
    select submission_id, receipt_no, is_nil
    from core.submissions
),

recorded as (
    select
        report_month, indicator_code, department, submission_id, sheet, excel_row, row_key,
        amount_cny, contribution, is_counted, reasons
    from record.headline_candidates
    where
        until_no is null
        and report_month = filed_month
        and report_month >= ({first} - interval 1 month)::date
),

rows_near as (
    from recorded
    union all by name
    from turned_back_rows
),

-- --- what is said of a row ------------------------------------------------------------------------

-- Cells that have to be corrected before a row can count.
wrong_cells as (
    select distinct submission_id, sheet, excel_row, field
    from findings
    where holds and field is not null
    union
    select distinct findings.submission_id, findings.sheet, findings.excel_row, looked_at.field
    from findings
    inner join core.cross_fields as looked_at using (return_name, rule)
    where findings.holds
),

asked as (
    select
        findings.finding_key,
        findings.rule,
        findings.holds,
        findings.submission_id,
        findings.sheet,
        findings.excel_row,
        findings.field,
        findings.other_row_key,
        findings.return_name,
        findings.is_turned_back,
        rows_near.report_month,
        rows_near.indicator_code,
        coalesce(rows_near.department, findings.department) as department,
        rows_near.row_key,
        rows_near.amount_cny,
        rows_near.contribution,
        rows_near.is_counted,
        rows_near.reasons,
        indicators.amount,
        indicators.adds_amounts,
        indicators.is_flow,
        indicators.minimum_cny,
        findings.field = indicators.amount as is_amount,
        if(findings.field = indicators.amount, stg.stated_cny(findings.proposed), null)
            as proposed_cny
    from findings
    inner join rows_near using (submission_id, sheet, excel_row)
    inner join indicators
        on
            rows_near.indicator_code = indicators.indicator_code
            and year(rows_near.report_month) = indicators.year
    where findings.excel_row is not null
),

given as (
    select
        asked.finding_key, asked.indicator_code, asked.submission_id, asked.sheet, asked.excel_row,
        asked.field, asked.holds, told.reason.code as code
    from asked
    cross join unnest(asked.reasons) as told (reason)
),

lifted as (
    select given.finding_key, given.indicator_code, given.code
    from given
    inner join core.reason_fields using (code, field)
    union
    select given.finding_key, given.indicator_code, given.code
    from given
    inner join core.reason_fields as rests on given.code = rests.code
    inner join wrong_cells
        on
            given.submission_id = wrong_cells.submission_id
            and given.sheet = wrong_cells.sheet
            and given.excel_row = wrong_cells.excel_row
            and rests.field = wrong_cells.field
    where given.holds
),

-- Of the reasons that leave a row out, those that stay when it is corrected.
still_out as (
    select distinct given.finding_key, given.indicator_code
    from given
    anti join lifted using (finding_key, indicator_code, code)
    where not (given.code = 'held' and given.holds)
),

-- What a project was when it was last reported, where its amount can't be read.
before as (
    select
        (report_month + interval 1 month)::date as report_month,
        indicator_code,
        department,
        row_key,
        max(amount_cny) as amount_cny
    from recorded
    group by all
),

payments as (
    select submission_id, sheet, excel_row, report_month, department, project_id, paid_ytd_cny
    from rows.paid_in
    where paid_ytd_cny is not null
),

grown as (
    select
        payments.submission_id,
        payments.sheet,
        payments.excel_row,
        payments.paid_ytd_cny - coalesce(max(earlier.paid_ytd_cny), 0) as amount_cny
    from payments
    semi join asked
        on
            payments.submission_id = asked.submission_id
            and payments.sheet = asked.sheet
            and payments.excel_row = asked.excel_row
            and asked.is_flow
            and asked.amount_cny is null
    left join filed.paid_in as earlier
        on
            payments.department = earlier.department
            and payments.project_id = earlier.project_id
            and month(payments.report_month) > 1
            and earlier.report_month = (payments.report_month - interval 1 month)::date
    group by
        payments.submission_id, payments.sheet, payments.excel_row, payments.paid_ytd_cny
),

-- The amount of a row in which a unit was slipped, whatever else is wrong with it.
slipped as (
    select
        findings.submission_id, findings.sheet, findings.excel_row, findings.field as amount,
        max(stg.stated_cny(findings.proposed)) as amount_cny
    from findings
    where findings.rule = 'R106'
    group by all
),

weighed as (
    select
        asked.*,
        still_out.finding_key is null as would_count,
        coalesce(
            if(asked.holds, slipped.amount_cny, null),
            greatest(abs(asked.amount_cny), abs(asked.proposed_cny)),
            if(asked.is_flow, abs(grown.amount_cny), before.amount_cny)
        ) as would_be_cny,
        rests.indicator_code is not null
        or asked.rule in ('C302', 'C303', 'R112') as is_about_counting
    from asked
    left join still_out using (finding_key, indicator_code)
    left join slipped using (submission_id, sheet, excel_row, amount)
    left join before using (report_month, indicator_code, department, row_key)
    left join grown using (submission_id, sheet, excel_row)
    left join core.indicator_fields as rests using (indicator_code, field)
),

single as (
    select
        weighed.*,
        case
            when holds or not is_counted
                then
                    case
                        when not would_count or (not holds and len(reasons) = 0) then null
                        when would_be_cny < minimum_cny then 0
                        when adds_amounts then stg.in_yi(would_be_cny)
                        else 1
                    end
            when is_amount and proposed_cny is not null
                then
                    case
                        when proposed_cny < minimum_cny then abs(contribution)
                        when adds_amounts then stg.in_yi(abs(amount_cny - proposed_cny))
                        else 0
                    end
            when is_about_counting then abs(contribution)
        end as own_value
    from weighed
),

-- Of rows that share a key one stays; of payments all may be put together.
shared as (
    select
        single.finding_key,
        single.indicator_code,
        if(
            single.is_flow, sum(single.own_value) over one_key, max(single.own_value) over one_key
        ) as value
    from single
    inner join submissions using (submission_id)
    where single.rule = 'R109'
    window one_key as (
        partition by
            single.indicator_code, single.report_month, single.row_key, submissions.receipt_no
    )
),

-- Of two projects that are decided to be one, either may be the one that goes.
others as (
    select report_month, indicator_code, row_key as other_row_key, max(contribution) as contribution
    from recorded
    where is_counted
    group by all
),

counted_rows as (
    select report_month, indicator_code, department, row_key, sum(contribution) as value
    from recorded
    where is_counted
    group by all
),

of_rows as (
    select
        single.finding_key,
        single.report_month,
        single.department,
        single.indicator_code,
        abs(
            case
                when shared.finding_key is not null then shared.value
                when single.other_row_key is not null and not single.holds
                    then if(single.is_counted, greatest(single.own_value, others.contribution), null)
                else single.own_value
            end
            - if(single.is_turned_back, coalesce(counted_rows.value, 0), 0)
        ) as value
    from single
    left join shared using (finding_key, indicator_code)
    left join others using (report_month, indicator_code, other_row_key)
    left join counted_rows using (report_month, indicator_code, department, row_key)
),

-- --- what is said of a file, or of what is not there ----------------------------------------------

of_files as (
    select finding_key, rule, submission_id, value, report_month, department, return_name
    from findings
    where
        excel_row is null
        and ((is_turned_back and severity = 'error') or submission_id is null or rule = 'M401')
),

-- The rows of a file that is turned back which something else than what has to be corrected leaves out.
left_out as (
    select distinct given.submission_id, given.indicator_code, given.sheet, given.excel_row
    from (
        select
            turned_back_rows.submission_id, turned_back_rows.indicator_code, turned_back_rows.sheet,
            turned_back_rows.excel_row, told.reason.code as code
        from turned_back_rows
        cross join unnest(turned_back_rows.reasons) as told (reason)
    ) as given
    anti join (
        select distinct
            wrong_cells.submission_id, wrong_cells.sheet, wrong_cells.excel_row, rests.code
        from wrong_cells
        inner join core.reason_fields as rests using (field)
    ) as lifted using (submission_id, sheet, excel_row, code)
    where given.code <> 'held'
),

turned_back as (
    select
        near.submission_id,
        near.indicator_code,
        sum(
            case
                when near.amount_cny < indicators.minimum_cny then 0
                when indicators.adds_amounts then stg.in_yi(near.amount_cny)
                else 1
            end
        ) as value
    from (
        from turned_back_rows
        anti join left_out using (submission_id, indicator_code, sheet, excel_row)
    ) as near
    inner join indicators
        on
            near.indicator_code = indicators.indicator_code
            and year(near.report_month) = indicators.year
    group by near.submission_id, near.indicator_code
),

counted as (
    select report_month, indicator_code, department, sum(contribution) as value
    from recorded
    where is_counted
    group by all
),

of_whole_files as (
    select
        of_files.finding_key,
        of_files.report_month,
        of_files.department,
        indicators.indicator_code,
        abs(coalesce(turned_back.value, 0) - coalesce(counted.value, 0)) as value
    from of_files
    inner join submissions using (submission_id)
    inner join indicators
        on
            of_files.return_name = indicators.return_name
            and year(of_files.report_month) = indicators.year
    left join turned_back using (submission_id, indicator_code)
    left join counted using (report_month, indicator_code, department)
    where
        of_files.rule <> 'M401'
        and (
            submissions.is_nil
            or of_files.submission_id in (select submission_id from turned_back_rows)
        )
),

of_absent as (
    select
        of_files.finding_key,
        of_files.report_month,
        of_files.department,
        recorded.indicator_code,
        sum(recorded.contribution) as value
    from of_files
    inner join recorded
        on
            of_files.department = recorded.department
            and of_files.report_month = (recorded.report_month + interval 1 month)::date
            and (of_files.rule <> 'M401' or of_files.value = recorded.row_key)
    inner join indicators
        on
            recorded.indicator_code = indicators.indicator_code
            and year(recorded.report_month) = indicators.year
            and of_files.return_name = indicators.return_name
    left join counted
        on
            of_files.report_month = counted.report_month
            and of_files.department = counted.department
            and recorded.indicator_code = counted.indicator_code
    where
        recorded.is_counted
        and not indicators.is_flow
        and (of_files.rule = 'M401' or counted.value is null)
        and coalesce(
            of_files.submission_id not in (
                select submission_id from rows_near where submission_id is not null
            )
            or of_files.rule = 'M401',
            true
        )
    group by all
),

effects as (
    from of_rows
    union all by name
    from of_whole_files
    union all by name
    from of_absent
),

scoped as (
    select
        finding_key,
        report_month,
        indicator_code,
        unnest(['全区', department]) as department,
        value::decimal(38, 12) as value
    from effects
    where value > 0
),

figures as (
    select report_month, department, indicator_code, target_value
    from record.headline_indicators
    where until_no is null and report_month >= {first}
)

select
    scoped.finding_key,
    scoped.report_month,
    scoped.indicator_code,
    scoped.department,
    scoped.value,
    stg.ratio_pct(measured.value, figures.target_value) as pct
from scoped
left join figures using (report_month, department, indicator_code)
left join indicators
    on
        scoped.indicator_code = indicators.indicator_code
        and year(scoped.report_month) = indicators.year
left join scoped as measured
    on
        scoped.finding_key = measured.finding_key
        and scoped.department = measured.department
        and indicators.rated_code = measured.indicator_code
where figures.report_month is not null or scoped.department = '全区';

drop table turned_back_rows;
