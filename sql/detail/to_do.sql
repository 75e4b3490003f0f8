-- question: how much is to be corrected, explained and decided of what each file brought?
-- grain: submission of which anything is open or to be decided.
-- key: submission_id.
-- formula: its findings by what they ask for (int.judged_findings). Of a version that waits for a word
--   one thing is to be decided, however many findings say why. Whoever tells how much is to be done
--   sums this up.
-- authority: the handbook, rules: an error holds back, a warning asks for an explanation.
create or replace view detail.to_do as
with findings as (
    select
        submission_id, report_month, owner_department, return_name, severity, other_row_key,
        is_open, asks
    from int.judged_findings
    where asks is not null and submission_id is not null
)

select
    submission_id, -- 报送编号
    report_month, -- 所属月份，当月第一天；不能识别的为空
    owner_department as department, -- 填报单位；报表没有写明的，为文件夹所属单位
    return_name, -- 报表的英文名；不能识别的为空
    count(*) filter (where is_open and severity = 'error') as open_errors, -- 未办结的错误条数
    count(*) filter (where is_open and severity = 'warning') as open_warnings, -- 未办结的警告条数
    count(*) filter (where asks = 'correct') as to_correct, -- 待改正：要由单位改正的条数
    count(*) filter (where asks = 'explain') as to_explain, -- 待说明：要由单位说明的条数
    count(*) filter (where asks = 'decide' and other_row_key is not null)
    + max((asks = 'decide' and other_row_key is null)::integer)
        as to_decide -- 待认定：疑为同一项目的和待定的版本，每份文件的版本算一项
from findings
group by submission_id, report_month, owner_department, return_name;

comment on view detail.to_do is '待办：每份报送还有多少待改正、待说明、待认定';
