-- question: how does a whole number of ten-thousand-millionths of a per cent read as a per cent?
-- grain: scalar macro; number is a whole number in units of 0.0000000001 %.
-- formula: number × 10^-10 as decimal(38, 10), by decimal multiplication, never through double.
-- authority: the handbook, rounding: computed in decimals from unrounded amounts.
create or replace macro stg.scaled_pct(number) as (
    number::decimal(38, 0) * 0.0000000001::decimal(10, 10)
)::decimal(38, 10);

comment on macro stg.scaled_pct is '把以百亿分之一个百分点计的整数换算为百分数，十位小数';
