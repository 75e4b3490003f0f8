-- question: which rows lie near a headline figure, and why are those left out that are?
-- grain: month of the figure × indicator × row of its return, of turned-back versions too.
-- formula: as in the indicators; a row without `turned_back_id` may be in a figure.
-- authority: the handbook, indicators.
create or replace view int.headline_candidates as
from int.contract_candidates
union all by name
from int.paid_in_candidates
union all by name
from int.talk_candidates;

comment on view int.headline_candidates is '主要指标附近的每一行，含退回待重报的';
