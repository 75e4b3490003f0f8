-- question: which rows near the headline figures does this publication record otherwise?
-- grain: recorded row that came or went with it, of a month whose figures were published before.
-- formula: spans that begin or end with the newest publication; departments by their names of now.
-- authority: the handbook, what a zone wants beyond: corrections, their cause and effect.
create or replace view changes.moved_rows as
with newest as (
    select max(publication_no) as publication_no
    from core.refreshes
),

-- One after the other: for a condition of both columns every row ever recorded would be laid out.
moved as (
    from record.headline_candidates
    where since_no = (select publication_no from newest)
    union all
    from record.headline_candidates
    where
        until_no = (select publication_no from newest)
        and since_no < (select publication_no from newest)
)

select
    past.report_month,
    past.indicator_code,
    coalesce(names.department, past.department) as department,
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
from moved as past
inner join core.baselines as baselines using (report_month)
left join core.department_names as names on past.department = names.name;

comment on view changes.moved_rows is '最近一次发布中有变化的主要指标附近的行';
