-- question: which rows of the month's signed projects make up ZS01, ZS03, ZS03a and ZS05?
-- grain: row of the month's signed projects × indicator.
-- formula: ZS01 the amounts of the counted contracts (S). N = those of S that are newly introduced,
--   formal contracts and of at least the zone's threshold (1亿元, the number itself included);
--   ZS03 counts N; ZS03a those of N started by month end; ZS05 those of N that are industrial and
--   of at least 5亿元, where the zone says so only the started ones. Conditions as in
--   int.contract_rows: null where met.
-- authority: the handbook, indicators ZS01, ZS03, ZS03a, ZS05; reading 2: signed projects unless
--   the zone counts started ones.
create or replace view int.contract_candidates as
with contracts as (
    select
        report_month, department, submission_id, sheet, excel_row, row_key, project_name, sector,
        contract_type, nature, status, contract_amount_cny, signed_on, started_on, ends_on,
        is_contract, contract_reasons
    from int.contract_rows
),

zone as (
    select large_project_cny, major_project_cny, major_counts
    from core.zone
),

-- What each indicator asks of a counted contract, beyond being one.
asked as (
    select
        indicators.indicator_code,
        indicators.indicator_code = 'ZS01' as adds_amounts,
        case indicators.indicator_code
            when 'ZS01' then null
            when 'ZS05' then greatest(zone.large_project_cny, zone.major_project_cny)
            else zone.large_project_cny
        end as minimum_cny,
        indicators.indicator_code = 'ZS05' as is_industrial,
        indicators.indicator_code = 'ZS03a'
        or (indicators.indicator_code = 'ZS05' and zone.major_counts = 'started') as is_started
    from (values ('ZS01'), ('ZS03'), ('ZS03a'), ('ZS05')) as indicators (indicator_code)
    cross join zone
),

judged as (
    select
        contracts.*,
        asked.indicator_code,
        asked.adds_amounts,
        case
            when asked.minimum_cny is not null and contracts.nature is distinct from '新引进'
                then '项目性质为' || coalesce(contracts.nature, '空')
        end as nature_reason,
        case
            when asked.minimum_cny is not null and contracts.contract_type = '补充协议'
                then '合同类型为补充协议，只计金额不计项目'
        end as type_reason,
        case
            when contracts.contract_amount_cny < asked.minimum_cny
                then
                    '合同投资额' || stg.plain_yi(contracts.contract_amount_cny) || '不足'
                    || stg.plain_yi(asked.minimum_cny)
        end as amount_reason,
        case
            when asked.is_industrial and contracts.sector is distinct from '工业'
                then '非工业（' || coalesce(contracts.sector, '空') || '）'
        end as sector_reason,
        case
            when not asked.is_started then null
            when
                contracts.status in ('开工', '在建', '投产')
                and contracts.started_on <= contracts.ends_on
                then null
            when contracts.status in ('开工', '在建', '投产')
                then
                    '开工日期'
                    || coalesce(strftime(contracts.started_on, '%Y-%m-%d') || '晚于月末', '为空')
            else '尚未开工'
        end as started_reason
    from contracts
    cross join asked
),

counted as (
    select
        *,
        is_contract
        and coalesce(
            nature_reason, type_reason, amount_reason, sector_reason, started_reason
        ) is null as is_counted
    from judged
)

select
    report_month,
    indicator_code,
    department,
    submission_id,
    sheet,
    excel_row,
    row_key,
    report_month as filed_month,
    project_name as label,
    'contract_amount_cny' as amount_field,
    contract_amount_cny as amount_cny,
    case
        when not is_counted then 0::decimal(38, 12)
        when adds_amounts then stg.in_yi(contract_amount_cny)
        else 1::decimal(38, 12)
    end as contribution,
    is_counted,
    nullif(
        concat_ws(
            '；',
            contract_reasons, nature_reason, type_reason, amount_reason, sector_reason,
            started_reason
        ),
        ''
    ) as reasons
from counted;

comment on view int.contract_candidates is '签约项目月报表中与ZS01、ZS03、ZS03a、ZS05相关的行，计入与否及原因';
