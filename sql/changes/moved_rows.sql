-- question: which rows near the headline figures does this publication record otherwise?
-- grain: recorded row that came or went with it, of a month whose figures were published before.
-- formula: spans that begin or end with the newest publication.
-- authority: the handbook, what a zone wants beyond: corrections, their cause and effect.
create or replace view changes.moved_rows as
with moved as (
    select past.*, baselines.publication_no
    from record.headline_candidates as past
    inner join core.baselines as baselines using (report_month)
    where (select max(publication_no) from core.refreshes) in (past.since_no, past.until_no)
)

select
    moved.report_month,
    moved.indicator_code,
    moved.department,
    moved.filed_month,
    moved.row_key,
    moved.until_no is null as is_new,
    moved.contribution,
    moved.is_counted,
    moved.submission_id,
    cells.cells,
    moved.reasons,
    coalesce(moved.corrections, []) as corrections,
    moved.publication_no
from moved
left join (
    select *
    from int.cells
    where submission_id in (select submission_id from moved)
) as cells using (submission_id, sheet, excel_row);

comment on view changes.moved_rows is '最近一次发布中有变化的主要指标附近的行';
