-- question: what has been received, and what became of it?
-- grain: submission: one return of one department for one month out of one received file; a file
--   that can't be recognised has one row, its return, department and month null.
-- key: submission_id.
-- formula: as stored when it was judged; rows found = accepted + held back.
-- authority: the handbook, from file to figure: submission, versions, statuses.
create or replace view mart.submissions as
select
    submission_id, -- 报送编号
    file, -- 收到的文件，投放文件夹内的路径
    sha256, -- 文件内容的SHA-256
    received_at, -- 首次收到的时间
    return_name, -- 报表的英文名；不能识别的为空
    department, -- 填报单位；不能识别的为空
    report_month, -- 所属月份，当月第一天；不能识别的为空
    version, -- 版本：该报表、单位、月份已接收的第几份；退回的为空
    status, -- 状态：accepted已接收、accepted_with_warnings有待说明、partly_accepted部分接收、rejected退回、withdrawn撤回
    is_current or is_added as is_current, -- 是否为现在采用的版本；分几部分报送的，各部分都是
    rows_found, -- 数据行数，不含合计、说明和空行
    rows_accepted, -- 采用的行数
    rows_held, -- 被扣留的行数
    filed_on, -- 报出日期
    is_nil, -- 是否零报告
    is_late, -- 是否迟报
    is_in_doubt, -- 是否存疑：分不清以哪份为准等，退回待定，可恢复采用
    folder_department, -- 文件所在文件夹的单位；文件自己写明填报单位的为空
    folder_month -- 文件所在文件夹的月份，当月第一天；文件自己写明报告期的为空
from core.submissions;

comment on view mart.submissions is '报送登记：每份文件中每个单位每月的每张报表一行，含退回和被替代的';
