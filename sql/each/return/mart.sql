-- The accepted rows of a return as they are published: contacts, and telephone numbers in free
-- text are masked. The columns' comments come from the declaration.
-- key: submission_id, sheet, excel_row.
create or replace view mart.{slug} as
select
    {published},
    submission_id, -- 报送编号，见mart.submissions
    sheet, -- 工作表
    excel_row -- 表格中的行号
from accepted.{slug};

comment on view mart.{slug} is '{number} {title}：采用的行，当前版本';
