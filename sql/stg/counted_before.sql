-- question: does an entry of a ledger count in an earlier year already?
-- grain: scalar macro; a list of one reason where it does, else an empty list.
-- formula: the year of the month in which it was first filed (as it is now) lies before the year of
--   the month that it stands in; the reason names the year in which it counts.
-- authority: the handbook, ledgers: an entry counts once, in the year in which it was first filed, as
--   closed: first filed as closed.
create or replace macro stg.counted_before(first_month, stands_in) as stg.why(
    year(first_month) < year(stands_in), 'counted_before', value := year(first_month)
);

comment on macro stg.counted_before is '台账的一项已在以前年度计入的原因';
