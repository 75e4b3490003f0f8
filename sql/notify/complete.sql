-- The months for which everything is there that the zone owes for the year so far.
select distinct report_month
from mart.headline_indicators
where department = $whole_zone and is_complete
order by report_month;
