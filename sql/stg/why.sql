-- question: how is it said that a row is left out of a figure, and what is the reason about?
-- grain: scalar macro; a list of one reason where the condition holds, else an empty list.
-- formula: a code of schemas/reasons.py with what stands in the row, what is asked of it, the row
--   that is counted instead, and the submissions of which a change would lift it. Reasons of a row
--   are joined by `flatten`: many by || take a multiple of the time.
-- authority: the handbook, what a zone wants beyond: from a headline to its source.
create or replace macro stg.why(
    condition, code, value := null, threshold := null, row_key := null, department := null,
    file := null, excel_row := null, submission_ids := null
) as case
    when condition
        then [
            {
                'code': code,
                'value': value::varchar,
                'threshold': threshold::varchar,
                'row_key': row_key::varchar,
                'department': department::varchar,
                'file': file::varchar,
                'excel_row': excel_row::integer,
                'submission_ids': submission_ids::varchar[]
            }
        ]
    else []
end;

comment on macro stg.why is '一行不计入的一个原因：代码及其所指';
