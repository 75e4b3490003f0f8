-- question: how does a text read in which somebody wrote telephone numbers?
-- grain: scalar macro over text.
-- formula: of mobile numbers (11 digits from 13 to 19) and numbers with an area code the middle
--   digits are stars; all else stays.
-- authority: the handbook, what a zone wants beyond: privacy.
create or replace macro stg.masked_phones(value) as regexp_replace(
    regexp_replace(
        value, '(^|[^0-9])(1[3-9][0-9])[0-9]{4}([0-9]{4})($|[^0-9])', '\1\2****\3\4', 'g'
    ),
    '(^|[^0-9])(0[0-9]{2,3}[-－ ]?)[0-9]{5,6}([0-9]{2})($|[^0-9])', '\1\2*****\3\4', 'g'
);

comment on macro stg.masked_phones is '遮盖文字中的电话号码';
