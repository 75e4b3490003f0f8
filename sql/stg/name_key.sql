-- question: are two spellings of an organisation's name the same name?
-- grain: scalar macro over text.
-- formula: composed (nfc) text; full-width letters, digits and marks as half-width ones; all
--   blanks, of any width, dropped; capital letters. Nothing else is taken away: "有限公司" and a
--   place in brackets are parts of a registered name.
-- authority: the handbook, firms visited: organisations are counted by their normalised name.
create or replace macro stg.name_key(name) as upper(
    stg.half_width(regexp_replace(nfc_normalize(name), '[\s\p{Z}]', '', 'g'))
);

comment on macro stg.name_key is '单位名称的比较用写法：全角化半角、去空白、英文大写';
