-- Each version beside the one before it, where they are not compared yet. Versions are renumbered
-- when a month is unlocked: then they are compared anew.
create or replace temp table pairs as
select
    newer.submission_id,
    older.submission_id as replaced_id,
    newer.return_name
from core.submissions as newer
inner join core.submissions as older
    on
        newer.return_name = older.return_name
        and newer.department = older.department
        and newer.report_month = older.report_month
        and newer.version = older.version + 1
        and newer.part is not distinct from older.part;

delete from core.compared
where (submission_id, replaced_id) not in (select (submission_id, replaced_id) from pairs);

delete from core.version_changes
where (submission_id, replaced_id) not in (select (submission_id, replaced_id) from pairs);

delete from pairs
where (submission_id, replaced_id) in (select (submission_id, replaced_id) from core.compared);
