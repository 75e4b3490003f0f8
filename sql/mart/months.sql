-- question: how does each month stand: open or locked, complete or not, published since when?
-- grain: month with figures.
-- key: report_month.
-- formula: complete as the whole zone's figures of the month say (every return owed for the year so far
--   accepted, no row held back; a locked month as when it was locked). Missing are the returns owed for
--   this month of which no version is accepted, turned back ones too. A month is published anew when
--   any of its figures, or what is told of one, changes.
-- authority: the public surface of the published database; the handbook, lock.
create or replace view mart.months as
with months as (
    select report_month, due_on
    from core.months
),

locks as (
    select report_month, locked_by, locked_at
    from core.locks
),

unlocks as (
    select
        report_month,
        max_by(acted_by, act_no) as unlocked_by,
        max_by(acted_at, act_no) as unlocked_at,
        max_by(reason, act_no) as unlock_reason
    from core.acts
    where act = 'unlock'
    group by report_month
),

published as (
    select
        report_month,
        bool_and(is_complete) filter (where until_no is null and department = '全区')
            as is_complete,
        min(since_no) as first_no,
        max(greatest(since_no, until_no)) as last_no
    from record.headline_indicators
    group by report_month
),

missing as (
    select report_month, count(*) as missing_returns
    from int.expected_returns
    where submission_id is null
    group by report_month
)

select
    months.report_month, -- 月份，当月第一天
    locks.report_month is not null as is_locked, -- 是否已锁定
    locks.locked_by, -- 何人锁定；没有锁定的为空
    locks.locked_at, -- 何时锁定；没有锁定的为空
    published.is_complete, -- 是否完整：本年至当月应报的报表都已收到，没有被扣留的行
    coalesce(missing.missing_returns, 0) as missing_returns, -- 当月应报而未报（含退回）的报表份数，明细见mart.return_status
    first.published_at as first_published_at, -- 首次发布的时间
    last.published_at as last_published_at, -- 当月的主要指标最近一次变动的发布时间
    months.due_on, -- 当月报表的应报日期，逢节假日顺延
    unlocks.unlocked_by, -- 最近一次由何人解锁；没有解锁过的为空
    unlocks.unlocked_at, -- 最近一次何时解锁
    unlocks.unlock_reason -- 最近一次解锁的理由
from months
left join locks using (report_month)
left join unlocks using (report_month)
left join published using (report_month)
left join missing using (report_month)
left join core.refreshes as first on published.first_no = first.publication_no
left join core.refreshes as last on published.last_no = last.publication_no;

comment on view mart.months is '各月份：是否锁定、何人何时锁定，是否完整、缺报几份，何时首次和最近发布';
