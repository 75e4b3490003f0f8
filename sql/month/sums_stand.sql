-- Of each month how many rows are near its figures and when one of them last came or went: as long as
-- these are the same, so are the rows.
select
    report_month,
    count(*) filter (where until_at is null) as row_count,
    greatest(max(since_at), max(until_at)) as changed_at
from detail.headline_candidates
group by report_month
having row_count > 0
order by report_month desc;
