-- question: which rows near the headline figures does this publication record otherwise?
-- grain: recorded row that came or went with it, of a month whose figures were published before.
-- formula: spans that begin or end with the newest publication.
-- authority: the handbook, what a zone wants beyond: corrections, their cause and effect.
create or replace view changes.moved_rows as
select
    past.report_month,
    past.indicator_code,
    past.department,
    past.filed_month,
    past.row_key,
    past.until_no is null as is_new,
    past.contribution,
    past.is_counted,
    past.submission_id,
    past.sheet,
    past.excel_row,
    past.reasons,
    coalesce(past.corrections, []) as corrections,
    baselines.publication_no
from record.headline_candidates as past
inner join core.baselines as baselines using (report_month)
where (select max(publication_no) from core.refreshes) in (past.since_no, past.until_no);

comment on view changes.moved_rows is '最近一次发布中有变化的主要指标附近的行';
