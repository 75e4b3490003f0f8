-- question: which submissions count now?
-- grain: submission.
-- key: submission_id.
-- formula: as in stg.submissions_in_force, and the parts beside them; on record, so that it can be told later what counted when.
-- authority: the handbook, from file to figure: which version is current.
create or replace view live.submissions_in_force as
select
    submission_id, -- 报送编号，见mart.submissions
    return_name, -- 报表的英文名
    department, -- 填报单位
    report_month -- 所属月份，当月第一天
from core.submissions
where (is_current or is_added) and status not in ('rejected', 'withdrawn');

comment on view live.submissions_in_force is '现在计数的报送';
