-- question: how far is each project, in words of the zone?
-- grain: project.
-- key: 项目编号.
-- formula: mart.projects under Chinese names, amounts in 万元 as they are reported.
-- authority: the public surface of the published database.
create or replace view 看板.项目 as
select
    project_id as 项目编号, -- 项目编号
    project_name as 项目名称, -- 项目名称
    department as 牵头单位, -- 牵头单位
    investor as 投资方, -- 投资方
    investor_type as 投资方类型, -- 投资方类型；在谈的为空
    sector as 产业类别, -- 产业类别
    chain as 主导产业, -- 主导产业；在谈的为空
    capital_origin as 资金来源地, -- 资金来源地
    nature as 项目性质, -- 项目性质；在谈的为空
    contract_type as 合同类型, -- 合同类型；没有签过的为空
    audit_status as 审核状态, -- 审核状态；只有审核通过的计入指标
    stage as 阶段, -- 在谈、签约、注册、开工、在建、投产、终止
    talk_stage as 洽谈阶段, -- 洽谈阶段；不在谈的为空
    first_contact_on as 首次对接日期, -- 首次对接日期
    signed_on as 签约日期, -- 签约日期
    started_on as 开工日期, -- 开工日期
    operating_on as 投产日期, -- 投产日期
    ended_on as 终止日期, -- 合同终止日期
    days_in_stage as 现阶段天数, -- 算到最近一次所报月份的月末；终止的为空
    days_in_talks as 洽谈天数, -- 首次对接到签约
    days_to_start as 签约到开工天数, -- 未开工的算到终止或最近月末
    days_building as 开工到投产天数, -- 未投产的算到终止或最近月末
    days_operating as 投产天数, -- 投产以来
    round(contract_amount_cny * 0.0001, 2)::decimal(20, 2) as 合同投资额, -- 万元
    round(planned_amount_cny * 0.0001, 2)::decimal(20, 2) as 拟投资额, -- 万元
    round(paid_total_cny * 0.0001, 2)::decimal(20, 2) as 累计实到投资额, -- 自签约累计，万元
    last_report_month as 最近报送月份, -- 当月第一天
    other_ids as 其他编号 -- 认定为同一项目的其他编号
from mart.projects;

comment on view 看板.项目 is '项目一览：每个项目一行，金额为万元';
