-- question: how is an amount in yuan said in 亿元, without a rounding that could mislead?
-- grain: scalar macro over decimal(20, 4) yuan.
-- formula: the exact amount in 亿元 with its trailing zeros dropped: 99990000 yuan is 0.9999亿元.
-- authority: the handbook, rounding: 9999万元 would print as 1.00亿元 and is not one.
create or replace macro stg.plain_yi(amount_cny) as
    rtrim(rtrim(stg.in_yi(amount_cny)::varchar, '0'), '.') || '亿元';

comment on macro stg.plain_yi is '金额的文字：亿元，不四舍五入，末尾的0略去';
