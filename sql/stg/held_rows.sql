-- question: which rows are held back, and by which rules?
-- grain: held row (submission, sheet, spreadsheet row).
-- formula: rows with a finding that holds its row; the rules' ids in order, joined by 、.
-- authority: the handbook, from file to figure: a row with an error is in no figure.
create or replace view stg.held_rows as
with findings as (
    select submission_id, sheet, excel_row, rule
    from core.findings
    where holds
)

select
    submission_id,
    sheet,
    excel_row,
    string_agg(distinct rule, '、' order by rule) as rules
from findings
group by submission_id, sheet, excel_row;

comment on view stg.held_rows is '被扣留的行和扣留它的规则';
