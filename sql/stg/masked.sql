-- question: how is a name or number of a person shown to others than its own department?
-- grain: scalar macro over text.
-- formula: the first character, and ** for the rest; null stays null.
-- authority: the handbook, what a zone wants beyond: privacy.
create or replace macro stg.masked(value) as left(value, 1) || '**';

comment on macro stg.masked is '联系人姓名、电话的遮盖写法：只留第一个字';
