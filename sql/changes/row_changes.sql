-- question: which rows does another version of a return change, and in what?
-- grain: publication that figures rest on × return × department × month × row × field that differs
--   (null: the row came or went with the whole return).
-- formula: the differences between the versions from the one to the other, in order; where there is
--   but one version, or one that is no version any more, all its rows. A remark changes nothing.
-- authority: the handbook, what a zone wants beyond: corrections, their cause and effect.
create or replace view changes.row_changes as
with force_changes as (
    select
        publication_no, return_name, department, report_month, submission_before, submission_now
    from changes.force_changes
),

versions as (
    select submission_id, return_name, department, report_month, version
    from core.submissions
    where version is not null
),

differences as (
    select submission_id, row_key, field, new_value
    from core.version_changes
    where field <> 'remark'
),

listed as (
    select 'signed_projects' as return_name, submission_id, own_key as row_key
    from rows.signed_projects
    union all
    select 'paid_in' as return_name, submission_id, own_key as row_key
    from rows.paid_in
    union all
    select 'pipeline_projects' as return_name, submission_id, own_key as row_key
    from rows.pipeline_projects
),

spans as (
    select
        force_changes.*,
        before.version as version_before,
        after.version as version_now,
        before.version is not null and after.version is not null as has_versions
    from force_changes
    left join versions as before on force_changes.submission_before = before.submission_id
    left join versions as after on force_changes.submission_now = after.submission_id
),

steps as (
    select
        spans.publication_no, spans.return_name, spans.department, spans.report_month,
        versions.submission_id, versions.version
    from spans
    inner join versions using (return_name, department, report_month)
    where
        spans.has_versions
        and versions.version > least(spans.version_before, spans.version_now)
        and versions.version <= greatest(spans.version_before, spans.version_now)
),

whole as (
    select
        publication_no, return_name, department, report_month,
        unnest([submission_before, submission_now]) as submission_id
    from spans
    where not has_versions
)

select
    steps.publication_no,
    steps.return_name,
    steps.department,
    steps.report_month,
    differences.row_key,
    differences.field,
    arg_max_null(differences.new_value, steps.version) as new_value
from steps
inner join differences using (submission_id)
group by all
union all
select distinct
    whole.publication_no,
    whole.return_name,
    whole.department,
    whole.report_month,
    listed.row_key,
    null as field,
    null as new_value
from whole
inner join listed using (return_name, submission_id);

comment on view changes.row_changes is '与数字所依据的那次发布相比，内容不同的行和栏目';
