-- question: which rows make up each headline figure?
-- grain: month of the figure × indicator × contributing row.
-- key: report_month, indicator_code, submission_id, sheet, excel_row.
-- formula: the counted rows near the figure, as recorded; their contributions add up to its value. A
--   row carries its own department, none is repeated for 全区. What kind of project it is about is
--   taken from the row as filed.
-- authority: the handbook, indicators ZS01 to ZS05; the public surface of the published database.
create or replace view mart.headline_rows as
select
    counted.report_month,
    coalesce(names.department, counted.department) as department, -- 该行的填报单位；不为全区另列；更名的用现名
    counted.indicator_code,
    traits.sector, -- 产业类别；实到资金月报表没有这一栏，为空，可由mart.projects得到
    traits.capital_origin, -- 资金来源地；实到资金月报表没有这一栏，为空
    traits.chain, -- 主导产业；只有签约项目月报表有这一栏
    traits.investor_type, -- 投资方类型；只有签约项目月报表有这一栏
    counted.submission_id,
    counted.file,
    counted.sheet,
    counted.cell,
    counted.excel_row,
    counted.row_key, -- 该行的主键，如项目编号；经mart.project_ids连到mart.projects
    counted.filed_month,
    counted.label,
    counted.amount_cny,
    counted.contribution, -- 该行计入指标的数，按指标的单位；只在同一月份、同一指标内相加，以后各月再次列出的行不可跨月相加
    counted.unit
from record.headline_candidates as counted
left join int.row_traits as traits
    on
        counted.submission_id = traits.submission_id
        and counted.sheet = traits.sheet
        and counted.excel_row = traits.excel_row
left join core.department_names as names on counted.department = names.name
where counted.until_no is null and counted.is_counted;

comment on view mart.headline_rows is '主要指标由哪些行构成：同一月份、同一指标各行的contribution相加即为数值；每个月份都列出本年累计的全部行，不可跨月相加';
