-- What each department's rows add to a month's headline figures (`added`), how many do (`counted`), and how
-- many near by do not (`left_out`).
select
    rows.indicator_code,
    coalesce(names.department, rows.department) as department,
    sum(rows.contribution)::decimal(38, 12) as added,
    count(*) filter (where rows.is_counted) as counted,
    count(*) filter (where not rows.is_counted) as left_out
from detail.headline_candidates as rows
left join detail.departments as names on rows.department = names.name
where rows.until_at is null and rows.report_month = $month
group by all
order by all;
