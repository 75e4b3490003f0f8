-- question: how is a figure read?
-- grain: scalar macro over a decimal and the places that its unit is read to (core.units).
-- formula: rounded half up (below zero half away from zero) to that many places, of which the column
--   has two for all. For reading only: rates and thresholds come from the exact figure.
-- authority: the handbook, rounding: amounts to two places, half up.
create or replace macro stg.readable(value, places) as case places
    when 0 then round(value, 0)::decimal(20, 2)
    when 1 then round(value, 1)::decimal(20, 2)
    else round(value, 2)::decimal(20, 2)
end;

comment on macro stg.readable is '按单位的习惯位数四舍五入，供阅读';
