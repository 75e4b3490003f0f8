-- question: is everything there that a scope owes for the year so far?
-- grain: month × scope.
-- formula: every return that the scope owes (全区: every department) for the month and the earlier
--   months of its year is in force, and none of its rows is held back.
-- authority: the handbook, from file to figure: complete.
create or replace view int.completeness as
with scopes as (
    select report_month, department, is_zone
    from int.scopes
),

expected as (
    select report_month, department, return_name, submission_id, rows_held
    from int.expected_returns
),

returns as (
    select return_name, title, ordinal
    from core.returns
),

owed as (
    select
        scopes.report_month,
        scopes.department,
        expected.submission_id is null as is_missing,
        coalesce(expected.rows_held, 0) as rows_held,
        row_number() over (
            partition by scopes.report_month, scopes.department, expected.submission_id is null
            order by
                expected.report_month desc, returns.ordinal, expected.return_name,
                expected.department
        ) as place,
        strftime(expected.report_month, '%Y-%m')
        || case when scopes.is_zone then expected.department else '' end
        || coalesce(returns.title, expected.return_name) as words
    from scopes
    inner join expected
        on
            year(scopes.report_month) = year(expected.report_month)
            and scopes.report_month >= expected.report_month
            and (scopes.is_zone or scopes.department = expected.department)
    left join returns using (return_name)
),

counted as (
    select
        report_month,
        department,
        count(*) filter (where is_missing) as missing_count,
        sum(rows_held)::bigint as held_count,
        string_agg(words, '、' order by place) filter (where is_missing and place <= 5) as missing
    from owed
    group by report_month, department
)

select
    scopes.report_month,
    scopes.department,
    coalesce(counted.missing_count + counted.held_count, 0) = 0 as is_complete,
    nullif(
        concat_ws(
            '；',
            case
                when counted.missing_count > 0
                    then
                        '缺报' || counted.missing_count || '份：' || counted.missing
                        || case when counted.missing_count > 5 then '等' else '' end
            end,
            case when counted.held_count > 0 then '被扣留' || counted.held_count || '行' end
        ),
        ''
    ) as note
from scopes
left join counted using (report_month, department);

comment on view int.completeness is '各月各范围应报的是否齐全，缺哪些';
