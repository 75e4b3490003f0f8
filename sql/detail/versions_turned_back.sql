-- question: which versions are turned back while another one of their return counts?
-- grain: version turned back that stands (int.standing_submissions) beside one that counts.
-- key: submission_id.
-- formula: as settled; `standing_id` is what counts meanwhile. A later sound version settles it, and
--   where the one that counts is right: guoban withdraw SUBMISSION. Whose return of which month it is
--   its folder says where it doesn't say so itself. Those in doubt are asked about by themselves
--   (detail.versions_in_doubt).
-- authority: the handbook, from file to figure: which version is current.
create or replace view detail.versions_turned_back as
with turned_back as (
    select
        submission_id, file, return_name, owner_department as department, owner_month as report_month,
        standing_id
    from int.standing_submissions
    where stands and not is_in_force and standing_id is not null
),

standing as (
    select submission_id as standing_id, version, file
    from core.submissions
)

select
    turned_back.submission_id, -- 报送编号
    turned_back.file, -- 收到的文件，投放文件夹内的路径
    turned_back.return_name, -- 报表的英文名
    turned_back.department, -- 填报单位；报表没有写明的，为文件夹所属单位
    turned_back.report_month, -- 所属月份，当月第一天；报表没有写明的，为文件夹的月份
    standing_id, -- 现在采用的是哪份报送
    standing.file as standing_file, -- 现在采用的文件
    '本表没有采用，' || stg.kept_words(standing.version, standing.file) as message, -- 退回后的情况
    '请改正后重报，如不需更正，请告知联系人。' as suggestion -- 请单位做什么
from turned_back
inner join standing using (standing_id);

comment on view detail.versions_turned_back is '退回而待重报的版本：同一报表另有采用的版本';
