-- rule: M411
-- level: cross-month
-- severity: error
-- structural: everywhere
-- zh: 已锁定的月份不再接收报表
-- en: a locked month takes no further returns
-- reason: 已通报的数字不得改动，差错在本期以更正单调整。
-- remedy: 请填报数据更正单（14），在本期调整；确需重报的，请联系人（见审核意见）解锁该月。
--
-- "locked month resubmitted": the file is turned back as a whole, and taken up by the first refresh
-- after the month was unlocked.
with locked_out as (
    select submission_id, report_month
    from core.submissions
    where is_locked_out
),

locks as (
    select report_month, locked_at, locked_by
    from core.locks
)

select
    locked_out.submission_id,
    null as sheet,
    null as excel_row,
    null as field,
    '请填报数据更正单（14）：“原报告期”填' || strftime(locks.report_month, '%Y年%-m月')
    || '，每处更正一行，写明主键、更正字段、原值、更正值和原因，“处理方式”选“本期调整(已通报)”，'
    || '差额在本期报表中调整并注明更正单号；确需重报的，请联系人（见审核意见）解锁该月。' as suggestion,
    strftime(locks.report_month, '%Y年%-m月') || '已于'
    || strftime(locks.locked_at, '%Y-%m-%d') || '由' || locks.locked_by || '锁定，本表未采用。' as message
from locked_out
inner join locks using (report_month)
