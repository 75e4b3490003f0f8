-- question: which rows of the month's signed projects make up the figures of contracts?
-- grain: row of the month's signed projects × indicator of that return.
-- formula: of the counted contracts (S) an indicator adds up the amounts, or counts new projects
--   (N: newly introduced, a formal contract, of at least its threshold, the number itself
--   included), where it says so of one sector, or started ones only.
-- authority: the handbook, indicators ZS01, ZS03, ZS03a, ZS05; reading 2: signed projects unless
--   the zone counts started ones.
create or replace view int.contract_candidates as
select
    contracts.report_month,
    indicators.indicator_code,
    contracts.department,
    contracts.submission_id,
    contracts.turned_back_id,
    contracts.file,
    contracts.sheet,
    contracts.excel_row,
    contracts.row_key,
    contracts.report_month as filed_month,
    contracts.project_name as label,
    contracts.contract_amount_cny as amount_cny,
    flatten([
        contracts.contract_reasons,
        stg.why(
            indicators.new_only and contracts.nature is distinct from '新引进',
            'nature', value := contracts.nature
        ),
        stg.why(
            indicators.new_only and contracts.contract_type = '补充协议', 'supplement'
        ),
        stg.why(
            contracts.contract_amount_cny < indicators.minimum_cny,
            'small_contract',
            value := contracts.contract_amount_cny,
            threshold := indicators.minimum_cny
        ),
        stg.why(
            contracts.sector is distinct from indicators.sector
            and indicators.sector is not null,
            'sector', value := contracts.sector, threshold := indicators.sector
        ),
        case
            when not indicators.started_only then []
            when coalesce(contracts.status not in ('开工', '在建', '投产'), true)
                then stg.why(true, 'not_started')
            else
                stg.why(contracts.started_on is null, 'no_start')
                || stg.why(
                    contracts.started_on > contracts.ends_on,
                    'started_later', value := contracts.started_on
                )
        end
    ]) as reasons
from int.contract_rows as contracts
inner join int.indicators as indicators
    on
        year(contracts.report_month) = indicators.year
        and indicators.return_name = 'signed_projects';

comment on view int.contract_candidates is '签约项目月报表中与合同类指标相关的行，计入与否及原因';
