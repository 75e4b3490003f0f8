-- question: which published headline figures, targets and rates does this publication record otherwise?
-- grain: month × scope × indicator that was published before and has another value, target or rate now.
-- formula: spans that begin or end with the newest publication; null on the side without one. Of a
--   department with another name than before they are one figure's.
-- authority: the handbook, what a zone wants beyond: corrections; the public surface.
create or replace view changes.moved_figures as
with spans as (
    select
        past.* replace (coalesce(names.department, past.department) as department),
        baselines.publication_no,
        past.since_no = newest.number as is_new,
        past.until_no = newest.number as is_old,
        past.since_no < newest.number as was_there
    from record.headline_indicators as past
    inner join core.baselines as baselines using (report_month)
    left join core.department_names as names on past.department = names.name
    cross join (select max(publication_no) as number from core.refreshes) as newest
)

select
    report_month,
    department,
    indicator_code,
    any_value(publication_no) as publication_no,
    max(value) filter (is_old) as old_value,
    max(value) filter (is_new) as new_value,
    max(target_value) filter (is_old) as old_target,
    max(target_value) filter (is_new) as new_target,
    max(completion_pct) filter (is_old) as old_pct,
    max(completion_pct) filter (is_new) as new_pct,
    max(target_submission_id) filter (is_old) as old_target_id,
    max(target_submission_id) filter (is_new) as new_target_id
from spans
group by report_month, department, indicator_code
having
    bool_or(was_there) and bool_or(is_old or is_new)
    and (
        old_value is distinct from new_value
        or old_target is distinct from new_target
        or old_pct is distinct from new_pct
    );

comment on view changes.moved_figures is '最近一次发布中有变化的主要指标、目标和完成率';
