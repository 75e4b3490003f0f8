-- The months there are figures for: every month filed for, and the gaps between them.
delete from core.months;

insert into core.months (report_month)
with filed as (
    select submissions.report_month
    from core.submissions as submissions
    inner join core.returns as returns using (return_name)
    where submissions.is_accepted and not submissions.is_withdrawn and not returns.adds_up
)

select distinct report_month
from filed
union
select unnest(
    generate_series(
        greatest(min(report_month), (select min(from_month) from core.owed)),
        max(report_month),
        interval 1 month
    )
)::date
from filed;
