-- question: which versions wait for somebody to say whether they count?
-- grain: version of which something is to be decided: in doubt, or its bytes turned up again though it does
--   not count (`is_again`).
-- key: submission_id.
-- formula: as judged (int.judged_findings); `standing_id` is what counts meanwhile, null where nothing
--   does. One word settles it: guoban restore SUBMISSION, or guoban withdraw SUBMISSION; so does a later
--   version.
-- authority: the handbook, from file to figure: versions in doubt.
create or replace view detail.versions_in_doubt as
with submissions as (
    select
        submission_id, file, return_name, department, report_month, rows_found, stands_no, version,
        is_current or is_added as is_in_force
    from core.submissions
),

findings as (
    select submission_id, rule, severity, stg.masked_phones(message) as message, suggestion, is_again
    from int.judged_findings
    where is_to_decide and other_row_key is null
),

standing as (
    select
        return_name,
        department,
        report_month,
        arg_max(submission_id, stands_no) as standing_id,
        arg_max(file, stands_no) as standing_file,
        arg_max(version, stands_no) as standing_version
    from submissions
    where is_in_force
    group by return_name, department, report_month
)

select
    submissions.submission_id, -- 报送编号
    submissions.file, -- 收到的文件，投放文件夹内的路径
    submissions.return_name, -- 报表的英文名
    submissions.department, -- 填报单位
    submissions.report_month, -- 所属月份，当月第一天
    submissions.rows_found, -- 数据行数
    findings.rule, -- 规则编号
    findings.message, -- 存疑的原因
    if(not findings.is_again, stg.kept_words(standing.standing_version, standing.standing_file), null)
        as kept, -- 现采用的是哪一版；没有的、存疑的原因中已说明的为空
    findings.suggestion, -- 请单位做什么
    findings.is_again, -- 是否为又收到内容相同的文件而不再计入的版本
    standing.standing_id, -- 现在采用的是哪份报送；没有的为空
    standing.standing_file -- 现在采用的文件；没有的为空
from submissions
inner join findings using (submission_id)
left join standing using (return_name, department, report_month)
where not submissions.is_in_force
qualify
    row_number() over (
        partition by submissions.submission_id
        order by findings.severity, findings.rule, findings.message
    ) = 1;

comment on view detail.versions_in_doubt is '待定的版本：存疑退回、尚无后来版本的，以及又收到内容相同的文件而不再计入的';
