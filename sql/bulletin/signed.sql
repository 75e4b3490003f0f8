-- The contracts signed between two days that count in a month (ZS01), the largest first, no more than
-- are listed; each knows how many there are of all, and what they add up to.
select
    counted.department, filed.project_id, filed.project_name, filed.investor, filed.sector,
    filed.signed_on, filed.status as stage, counted.contribution as amount,
    count(*) over () as of_all,
    sum(counted.contribution) over () as amount_of_all
from mart.headline_rows as counted
inner join mart.signed_projects as filed
    on
        counted.submission_id = filed.submission_id
        and counted.sheet is not distinct from filed.sheet
        and counted.excel_row = filed.excel_row
where
    counted.report_month = $month
    and counted.indicator_code = 'ZS01'
    and filed.signed_on between $since and $until
order by amount desc, filed.signed_on, filed.project_id
limit $most;
