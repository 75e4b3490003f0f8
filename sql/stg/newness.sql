-- question: which of a project's rows is the newest, the lead's before a helper's?
-- grain: scalar macro over a row's role and its month.
-- formula: a number that is least for the newest: days until a far day, and more than any for a helper.
-- authority: the handbook, counting rules: the lead's row tells of a project.
create or replace macro stg.newness(role, report_month) as
    (date '2400-01-01' - report_month + if(role is distinct from '牵头', 1000000, 0));

comment on macro stg.newness is '一行有多新：牵头的在前，月份近的在前，数小的为最新';
