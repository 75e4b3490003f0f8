-- 今年来访的企业和客商，从哪些省份来？
select province, count(distinct org_name) as firms, sum(visitors) as visitors
from mart.receptions
where report_month between '2021-01-01' and '2021-05-01'
group by province
order by visitors desc, province;
