-- question: how many 亿元 are so many yuan?
-- grain: scalar macro over decimal(20, 4) yuan or sums of them.
-- formula: yuan × 10^-8 by decimal multiplication: exact, twelve places.
-- authority: the handbook, formulas ZS01, ZS02 and ZS04 in 亿元; rounding: never before the end.
create or replace macro stg.in_yi(amount_cny) as (
    amount_cny::decimal(29, 4) * 0.00000001::decimal(9, 8)
)::decimal(38, 12);

comment on macro stg.in_yi is '元换算为亿元，精确到十二位小数';
