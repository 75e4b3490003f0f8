-- question: what did people decide: who, when, why, and about what?
-- grain: lock, unlock, withdrawal, restoration, or decision on two projects.
-- key: act_no.
-- formula: the journal, in the order in which it was done.
-- authority: the public surface of the published database.
create or replace view mart.acts as
select
    acted_at, -- 作出的时间
    act, -- 事项：lock锁定月份、unlock解锁月份、withdrawal撤回报送、restoration恢复报送、decision认定是否为同一项目
    acted_by as "by", -- 何人
    reason, -- 理由；没有写明的为空
    report_month, -- 涉及的月份，当月第一天；不涉及的为空
    submission_id, -- 涉及的报送，见mart.submissions；不涉及的为空
    row_key, -- 认定的一个项目编号
    other_row_key, -- 认定的另一个项目编号
    is_same, -- 认定为同一项目与否；取消认定的、不是认定的为空
    act_no -- 序号
from core.acts;

comment on view mart.acts is '人工决定的记录：锁定、解锁、撤回、恢复、认定，何人、何时、何故';
