-- 哪些正式签约的项目签了90天以上还没有开工？
select project_id, project_name, department, signed_on, days_in_stage
from mart.projects
where
    stage in ('签约', '注册') and days_in_stage > 90 and contract_type = '正式合同'
    and audit_status = '审核通过' and role = '牵头'
order by days_in_stage desc, project_id;
