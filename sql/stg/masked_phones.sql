-- question: how does a text read in which somebody wrote telephone numbers?
-- grain: scalar macro over text.
-- formula: of every mobile number, and every number with an area code, four digits are stars; all
--   else stays. Two looks, since the first passes over every other number of a list.
-- authority: the handbook, what a zone wants beyond: privacy.
create or replace macro stg.masked_phones(value) as stg.masked_numbers(stg.masked_numbers(value));

comment on macro stg.masked_phones is '遮盖文字中的电话号码：138****5678、0710-****234';
