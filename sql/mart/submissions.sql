-- question: what has been received, and what became of it?
-- grain: submission: one return of one department for one month out of one received file; a file
--   that can't be recognised has one row, its return, department and month null.
-- formula: as stored when it was judged; rows found = accepted + held back.
-- authority: the handbook, from file to figure: submission, versions, statuses.
create or replace view mart.submissions as
with submissions as (
    select
        submission_id, file, sha256, received_at, return_name, department, report_month, version,
        status, is_current, rows_found, rows_accepted, rows_held, filed_on, is_nil, is_late
    from core.submissions
)

select
    submission_id,
    file,
    sha256,
    received_at,
    return_name,
    department,
    report_month,
    version,
    status,
    is_current,
    rows_found,
    rows_accepted,
    rows_held,
    filed_on,
    is_nil,
    is_late
from submissions;

comment on view mart.submissions is '报送登记：每份文件中每个单位每月的每张报表一行，含退回和被替代的';
comment on column mart.submissions.submission_id is '报送编号';
comment on column mart.submissions.file is '收到的文件，投放文件夹内的路径';
comment on column mart.submissions.sha256 is '文件内容的SHA-256';
comment on column mart.submissions.received_at is '首次收到的时间';
comment on column mart.submissions.return_name is '报表的英文名；不能识别的为空';
comment on column mart.submissions.department is '填报单位；不能识别的为空';
comment on column mart.submissions.report_month is '所属月份，当月第一天；不能识别的为空';
comment on column mart.submissions.version is '版本：该报表、单位、月份已接收的第几份；退回的为空';
comment on column mart.submissions.status is '状态：accepted已接收、accepted_with_warnings有提示、partly_accepted部分接收、rejected退回、withdrawn撤回';
comment on column mart.submissions.is_current is '是否为现在采用的版本';
comment on column mart.submissions.rows_found is '数据行数，不含合计、说明和空行';
comment on column mart.submissions.rows_accepted is '采用的行数';
comment on column mart.submissions.rows_held is '被扣留的行数';
comment on column mart.submissions.filed_on is '报出日期';
comment on column mart.submissions.is_nil is '是否零报告';
comment on column mart.submissions.is_late is '是否迟报';
