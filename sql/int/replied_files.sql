-- question: which files are replied to, and in whose folder of which month does the reply lie?
-- grain: received file with an error or a warning.
-- formula: the month and the department for which its first submission is, or in whose folder it lies.
-- authority: the public surface: replies lie by month and department.
create or replace view int.replied_files as
select
    receipt_no,
    file,
    report_month as own_month,
    coalesce(report_month, folder_month) as report_month,
    coalesce(department, folder_department) as department
from core.submissions
where receipt_no in (
    select submissions.receipt_no
    from core.findings as findings
    inner join core.submissions as submissions using (submission_id)
    where findings.severity in ('error', 'warning')
)
qualify row_number() over (partition by receipt_no order by draft_no) = 1;

comment on view int.replied_files is '有审核意见的文件，及其回复所在的月份和单位';
