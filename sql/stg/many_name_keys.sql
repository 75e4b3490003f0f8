-- question: the same as by stg.name_key, asked of very many names.
-- grain: scalar macro over text.
-- formula: a name of Chinese characters, digits, capital letters and plain marks, brackets of any
--   width among them, is its own key, as nearly all are. To look is a tenth of the work, but makes a
--   statement longer, which takes its time where there are few.
-- authority: the handbook, firms visited: organisations are counted by their normalised name.
create or replace macro stg.many_name_keys(name) as if(
    regexp_full_match(
        replace(replace(name, '（', '('), '）', ')'), '[\x{4e00}-\x{9fff}!-`{-~]*'
    ),
    replace(replace(name, '（', '('), '）', ')'),
    stg.name_key(name)
);

comment on macro stg.many_name_keys is '单位名称的比较用写法，用于大量名称：结果同name_key';
