-- question: how many yuan does an amount in words say?
-- grain: scalar macro over text as messages say amounts: 5200万元, 5.2亿元, 300元.
-- formula: the number times its unit, in decimals; null where it is no such amount.
-- authority: the handbook, returns: money.
create or replace macro stg.stated_cny(words) as (
    try_cast(regexp_extract(words, '^(-?[0-9]+(?:[.][0-9]+)?)(?:亿|万)?元$', 1) as decimal(28, 8))
    * case
        when ends_with(words, '亿元') then 100000000
        when ends_with(words, '万元') then 10000
        else 1
    end
)::decimal(38, 4);

comment on macro stg.stated_cny is '金额的文字（如5200万元）换算为元';
