-- The rows near a month's headline figures as the page's file of the month tells them: what rows share
-- stands in lists, and is named by its place there, from 0. Rows that are left out are told by row
-- where `with_left_out`, and else counted by department and reason. One row, of lists.
with near as materialized (
    select
        known.ordinal,
        rows.indicator_code,
        coalesce(names.department, rows.department) as department,
        rows.row_key,
        rows.label,
        rows.file,
        rows.sheet,
        nullif(rows.filed_month, rows.report_month) as filed_month,
        rows.cell,
        if(rows.cell is null, rows.excel_row, null) as excel_row,
        rows.amount_cny,
        rows.contribution,
        rows.is_counted,
        rows.reasons,
        -- In the order in which people read them.
        row_number() over (
            order by
                known.ordinal, not rows.is_counted, names.ordinal nulls last, rows.department,
                rows.filed_month, rows.row_key, rows.file, rows.sheet, rows.excel_row
        ) as place
    from detail.headline_candidates as rows
    inner join mart.dim_indicator as known using (indicator_code)
    left join detail.departments as names on rows.department = names.name
    where rows.until_at is null and rows.report_month = $month
),

told as (
    select
        *,
        is_counted or $with_left_out as is_told,
        (amount_cny * 0.00000001)::decimal(38, 12) as amount_yi,
        dense_rank() over (order by department) - 1 as department_no
    from near
),

-- What stands in a list is what rows that are told have.
things as (
    select department_no, row_key, label, row_number() over (order by min(place)) - 1 as thing_no
    from told
    where is_told
    group by department_no, row_key, label
),

sources as (
    select file, sheet, filed_month, row_number() over (order by min(place)) - 1 as source_no
    from told
    where is_told
    group by file, sheet, filed_month
),

placed as materialized (
    select told.*, things.thing_no, sources.source_no
    from told
    left join things
        on
            told.department_no = things.department_no
            and told.row_key is not distinct from things.row_key
            and told.label is not distinct from things.label
    left join sources
        on
            told.file is not distinct from sources.file
            and told.sheet is not distinct from sources.sheet
            and told.filed_month is not distinct from sources.filed_month
),

lines as (
    select
        thing_no,
        source_no,
        cell,
        excel_row,
        amount_cny,
        row_number() over (order by min(place)) - 1 as line_no
    from placed
    where is_told
    group by thing_no, source_no, cell, excel_row, amount_cny
),

reasons as (
    select reasons, row_number() over (order by min(place)) - 1 as reason_no
    from placed
    where not is_counted
    group by reasons
),

entries as materialized (
    select
        placed.*,
        lines.line_no,
        reasons.reason_no,
        coalesce(
            bool_or(
                placed.is_counted
                and placed.contribution = placed.amount_yi
                and placed.contribution <> 1
            ) over (partition by placed.indicator_code),
            false
        ) as adds_amounts
    from placed
    left join lines
        on
            placed.thing_no = lines.thing_no
            and placed.source_no = lines.source_no
            and placed.cell is not distinct from lines.cell
            and placed.excel_row is not distinct from lines.excel_row
            and placed.amount_cny is not distinct from lines.amount_cny
    left join reasons on not placed.is_counted and placed.reasons is not distinct from reasons.reasons
),

counts as (
    select indicator_code, department_no, reason_no, count(*) as row_count, min(place) as place
    from entries
    where not is_told
    group by indicator_code, department_no, reason_no
),

left_out as (
    select
        indicator_code,
        list([department_no, reason_no, row_count] order by place) as left_out_counts
    from counts
    group by indicator_code
),

figures as (
    select
        indicator_code,
        min(place) as place,
        bool_or(adds_amounts) as adds_amounts,
        list(line_no order by place) filter (where is_counted) as counted,
        -- What a row adds, where that is neither its amount nor one.
        list(
            if(contribution = if(adds_amounts, amount_yi, 1), null, contribution) order by place
        ) filter (where is_counted) as other,
        list([line_no, reason_no] order by place) filter (where is_told and not is_counted) as left_out
    from entries
    group by indicator_code
)

select
    (
        select list(department order by department_no)
        from (select distinct department, department_no from told)
    ) as departments,
    (
        select list({'department': department_no, 'key': row_key, 'label': label} order by thing_no)
        from things
    ) as things,
    (
        select list({'file': file, 'sheet': sheet, 'month': strftime(filed_month, '%Y-%m')} order by source_no)
        from sources
    ) as sources,
    (
        select
            {
                'thing': list(thing_no order by line_no),
                'source': list(source_no order by line_no),
                'cell': list(cell order by line_no),
                'excel_row': list(excel_row order by line_no),
                'amount_cny': list(amount_cny order by line_no)
            }
        from lines
    ) as lines,
    (select list(reasons order by reason_no) from reasons) as reasons,
    (
        select
            list(
                {
                    'indicator_code': indicator_code,
                    'adds_amounts': adds_amounts,
                    'counted': counted,
                    'other': other,
                    'left_out': left_out,
                    'left_out_counts': left_out_counts
                }
                order by place
            )
        from figures
        left join left_out using (indicator_code)
    ) as figures;
