-- question: how does a text read after one look for telephone numbers?
-- grain: scalar macro over text.
-- formula: four digits are stars: of a mobile number (11 digits from 13 to 19, perhaps behind 86) the
--   middle ones, of a number with an area code (0 and two or three digits) the first of its own.
--   Digits may be full-width, their groups set apart by blanks, hyphens or a closing bracket. Of two
--   numbers with one character between them the second is left: that character is the first's.
-- authority: the handbook, what a zone wants beyond: privacy.
create or replace macro stg.masked_numbers(value) as regexp_replace(
    value,
    '(^|[^0-9０-９])(?:'
    || '((?:[8８][6６][\p{Pd}\p{Zs})）]{0,3})?[1１][3-9３-９][0-9０-９][\p{Pd}\p{Zs})）]{0,3})'
    || '[0-9０-９]{4}([\p{Pd}\p{Zs}]{0,3}[0-9０-９]{4})'
    || '|([0０][0-9０-９]{2,3}[\p{Pd}\p{Zs})）]{0,3})'
    || '[0-9０-９]{4}([\p{Pd}\p{Zs}]{0,3}[0-9０-９]{3,4})'
    || ')($|[^0-9０-９])',
    '\1\2\4****\3\5\6',
    'g'
);

comment on macro stg.masked_numbers is '遮盖电话号码的一步，见stg.masked_phones';
