-- question: what does each figure weigh in a department's overall score?
-- grain: headline indicator with a task.
-- key: indicator_code.
-- formula: as zone.toml has it; those that are not named there weigh 1.
-- authority: the handbook, rank: the overall score weighs the rates equally unless the zone says otherwise.
create or replace view detail.score_weights as
select
    indicator_code, -- 指标代码
    score_weight -- 在综合得分中的权重
from core.indicators
where has_target;

comment on view detail.score_weights is '综合得分的权重：有目标任务的各项指标';
