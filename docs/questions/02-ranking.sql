-- 5月底，各单位合同投资额的完成率怎么排名？
select department, value_rounded, target_value_rounded, completion_pct_rounded, rank
from mart.department_indicators
where report_month = '2021-05-01' and indicator_code = 'ZS01'
order by rank, department;
