-- question: which rows are held back, by which rules, and by whose rows are they judged?
-- grain: held row (submission, sheet, spreadsheet row).
-- formula: rows with a finding that holds its row; the rules' ids in order, joined by 、.
-- authority: the handbook, from file to figure: a row with an error is in no figure.
create or replace view stg.held_rows as
select
    submission_id,
    sheet,
    excel_row,
    string_agg(distinct rule, '、' order by rule) as rules,
    list(distinct against order by against) filter (where against is not null) as against
from core.findings
where holds
group by submission_id, sheet, excel_row;

comment on view stg.held_rows is '被扣留的行、扣留它的规则和所对照的报送';
