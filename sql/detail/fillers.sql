-- question: who filled a return in?
-- grain: submission.
-- key: submission_id.
-- formula: as its envelope says; for commands alone, telephone numbers masked.
-- authority: the handbook, what a zone wants beyond: every change, who and when.
create or replace view detail.fillers as
select
    submission_id, -- 报送编号，见mart.submissions
    report_month, -- 所属月份，当月第一天；不能识别的为空
    stg.masked_phones(filler) as filler -- 填表人；没有写明的为空
from core.submissions;

comment on view detail.fillers is '各份报送的填表人';
