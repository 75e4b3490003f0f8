-- question: which rows make up each headline figure?
-- grain: month of the figure × indicator × contributing row.
-- key: report_month, indicator_code, submission_id, sheet, excel_row.
-- formula: the counted rows near the figure, as recorded; their contributions add up to its value. A
--   row carries its own department, none is repeated for 全区.
-- authority: the handbook, indicators ZS01 to ZS05; the public surface of the published database.
create or replace view mart.headline_rows as
select
    report_month,
    department,
    indicator_code,
    submission_id,
    file,
    sheet,
    cell,
    excel_row,
    row_key,
    filed_month,
    label,
    amount_cny,
    contribution,
    unit
from record.headline_candidates
where until_no is null and is_counted;

comment on view mart.headline_rows is '主要指标由哪些行构成：每行的contribution相加即为指标的数值';
