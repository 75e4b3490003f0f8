-- 各带队领导今年外出几次、几天、多少公里？
select leader, count(*) as trips, sum(days) as days, sum(km) as km
from mart.outbound_trips
where report_month between '2021-01-01' and '2021-05-01'
group by leader
order by trips desc, leader;
