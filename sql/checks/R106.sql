-- rule: R106
-- level: row
-- severity: warning
-- zh: 金额大小须合理，与上期不应相差10、100、1000、10000倍
-- en: an amount must be plausible and not differ from its last report by a power of ten
-- reason: 最常见的错误是万元与亿元、万元与元相混。
-- remedy: 请核对计量单位；数字无误的，请在备注中说明。
with amounts as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id,
        'signed_projects' as return_name,
        'contract_amount_cny' as field,
        contract_amount_cny as amount_cny
    from filed.signed_projects
    union all by name
    select
        submission_id, sheet, excel_row, report_month, department, project_id,
        'pipeline_projects' as return_name,
        'planned_amount_cny' as field,
        planned_amount_cny as amount_cny
    from filed.pipeline_projects
),

-- The project's amount as the same department reported it last in the same return.
followed as (
    select
        *,
        lag(amount_cny) over (
            partition by return_name, department, project_id
            order by report_month
        ) as last_cny
    from amounts
    where amount_cny > 0 and project_id is not null
),

-- Within half a percent of a power of ten, compared by multiplication: no division, no rounding.
slipped as (
    select followed.*, powers.power
    from followed
    inner join (values (10), (100), (1000), (10000)) as powers (power)
        on (
            followed.amount_cny * 1000
            between followed.last_cny * powers.power * 995 and followed.last_cny * powers.power * 1005
        )
        or (
            followed.last_cny * 1000
            between followed.amount_cny * powers.power * 995
            and followed.amount_cny * powers.power * 1005
        )
)

select
    submission_id,
    sheet,
    excel_row,
    field,
    case when power = 10000 then 'error' else 'warning' end as severity,
    (amount_cny * 0.0001::decimal(5, 4))::decimal(38, 4) || '万元' as value,
    '金额是上次填报的'
    || case when amount_cny > last_cny then power || '倍' else power || '分之一' end
    || '：上次 ' || rtrim(rtrim((last_cny * 0.0001::decimal(5, 4))::decimal(38, 4)::varchar, '0'), '.')
    || '万元，这次 ' || rtrim(rtrim((amount_cny * 0.0001::decimal(5, 4))::decimal(38, 4)::varchar, '0'), '.')
    || '万元，疑为单位错误。' as message
from slipped
