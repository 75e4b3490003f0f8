-- question: how do words about a cell leave that may quote what somebody wrote?
-- grain: scalar macro over text.
-- formula: telephone numbers are masked, whatever else is quoted; only what is `shown` anyway, such as the
--   number of a voucher that looks like one, stays as it is. Null shown: nothing is.
-- authority: the handbook, what a zone wants beyond: privacy.
create or replace macro stg.masked_words(words, shown) as coalesce(
    replace(stg.masked_phones(words), stg.masked_phones(shown), shown), stg.masked_phones(words)
);

comment on macro stg.masked_words is '遮盖意见中的电话号码，另列出的值除外';
