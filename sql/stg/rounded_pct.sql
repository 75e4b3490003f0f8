-- question: what per cent of the whole is the part, as a whole number for print?
-- grain: scalar macro over decimals of at most twelve places (or whole numbers), the part below
--   10^12, the whole below 10^13.
-- formula: half up, from the exact ratio: (200 × part + whole) div (2 × whole); below zero half
--   away from zero; null where the whole is missing or 0, or the rate is beyond all bounds. 45 of
--   40 is 112.5 % and prints 113.
-- authority: the handbook, rounding: rates are printed as whole numbers, half up.
create or replace macro stg.rounded_pct(part, whole) as case
    when whole <> 0
        then try_cast(
            sign(part) * (
                (
                    200 * (abs(part)::decimal(38, 12) * 1000000000000)::hugeint
                    + (whole::decimal(38, 12) * 1000000000000)::hugeint
                ) // (2 * (whole::decimal(38, 12) * 1000000000000)::hugeint)
            ) as bigint
        )
end;

comment on macro stg.rounded_pct is '两数之比的百分数，由精确的比四舍五入为整数；分母为空或为0时为空';
