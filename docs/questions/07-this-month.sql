-- 5月当月，各单位新增合同投资额多少？
select department, month_value
from mart.department_indicators
where report_month = '2021-05-01' and indicator_code = 'ZS01'
order by month_value desc, department;
