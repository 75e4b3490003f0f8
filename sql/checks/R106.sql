-- rule: R106
-- level: row
-- severity: warning
-- asks: projects
-- zh: 金额大小须合理，与上期不应相差10、100、1000、10000倍
-- en: an amount must be plausible and not differ from its last report by a power of ten
-- reason: 最常见的错误是万元与亿元、万元与元相混。
-- remedy: 请核对计量单位；数字无误的，请在备注中说明。
--
-- The handbook: "10, 100, 1000 times (or one such part of) the project's last amount, within 0.5%:
-- warning; 10000 times or one 10000th: error". The last amount is that of the same department's
-- last report of the project in the same return; of a contract reported for the first time, what
-- the talk (04) stood at last. A row that goes back to the amount before the slip is not asked:
-- the slip has the finding. What is proposed is the amount without the slip; an error is not cured by a
-- note. Sizes that are implausible by themselves are judged within the file.
with contracts as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id,
        'contract_amount_cny' as field,
        contract_amount_cny as amount_cny
    from asked_signed_projects
    where contract_amount_cny > 0 and project_id is not null
    qualify count(*) over (partition by report_month, department, project_id) = 1
),

talks as (
    select
        submission_id, sheet, excel_row, report_month, department, project_id,
        'planned_amount_cny' as field,
        planned_amount_cny as amount_cny
    from asked_pipeline_projects
    where planned_amount_cny > 0 and project_id is not null
    qualify count(*) over (partition by report_month, department, project_id) = 1
),

followed as (
    select
        contracts.*,
        coalesce(lag(contracts.submission_id) over same_contract, talks.submission_id) as against,
        coalesce(lag(contracts.amount_cny) over same_contract, talks.amount_cny) as last_cny,
        lag(contracts.amount_cny, 2) over same_contract as before_cny
    from contracts
    asof left join talks
        on
            contracts.department = talks.department
            and contracts.project_id = talks.project_id
            and contracts.report_month >= talks.report_month
    window same_contract as (
        partition by contracts.department, contracts.project_id order by contracts.report_month
    )
    union all by name
    select
        talks.*,
        lag(talks.submission_id) over same_talk as against,
        lag(talks.amount_cny) over same_talk as last_cny,
        lag(talks.amount_cny, 2) over same_talk as before_cny
    from talks
    window same_talk as (
        partition by talks.department, talks.project_id order by talks.report_month
    )
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
    where
        not coalesce(
            followed.amount_cny * 1000 between followed.before_cny * 995 and followed.before_cny * 1005,
            false
        )
)

select
    submission_id,
    sheet,
    excel_row,
    field,
    case when power = 10000 then 'error' else 'warning' end as severity,
    plain_wan(amount_cny) as value,
    plain_wan(
        if(
            amount_cny > last_cny,
            amount_cny * (1 / power)::decimal(5, 4),
            amount_cny * power
        )::decimal(38, 4)
    ) as proposed,
    if(
        power = 10000,
        '请按计量单位改正金额；上次填错的，请填报数据更正单更正上次的金额。',
        ''
    ) as suggestion,
    against,
    '金额是上次填报的'
    || case when amount_cny > last_cny then power || '倍' else power || '分之一' end
    || '：上次 ' || plain_wan(last_cny) || '，这次 ' || plain_wan(amount_cny) || '，疑为单位错误。' as message
from slipped
