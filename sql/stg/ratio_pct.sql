-- question: what per cent of the whole is the part, exactly?
-- grain: scalar macro over decimals of at most twelve places (or whole numbers), the part below
--   10^14, the whole below 10^13.
-- formula: part ÷ whole × 100 in whole numbers, cut off (not rounded) after ten places, so that no
--   rate reaches a threshold by its printing; null where the whole is missing or 0.
-- authority: the handbook, rounding: thresholds are compared on the unrounded rate.
create or replace macro stg.ratio_pct(part, whole) as case
    when whole <> 0
        then stg.scaled_pct(
            (part::decimal(38, 12) * 1000000000000)::hugeint * 1000000000000
            // (whole::decimal(38, 12) * 1000000000000)::hugeint
        )
end;

comment on macro stg.ratio_pct is '两数之比的百分数，按整数运算，截到十位小数；分母为空或为0时为空';
