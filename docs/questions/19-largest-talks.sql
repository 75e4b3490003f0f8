-- 拟投资额最大的五个在谈项目是哪些，谈了多少天？
select project_id, project_name, department, planned_amount_cny, talk_stage, days_in_talks
from mart.projects
where stage = '在谈' and audit_status = '审核通过' and role = '牵头' and capital_origin <> '县内'
order by planned_amount_cny desc, project_id
limit 5;
