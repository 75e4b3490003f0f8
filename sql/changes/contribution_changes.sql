-- question: which rows contribute otherwise to a headline figure than when last published, and why?
-- grain: month × indicator × row (department, key, month it was filed for) whose contribution
--   changed.
-- formula: contribution now less contribution then, 0 where the row did not count. The cause is the
--   submission that came into force or went, a correction (14) of that very row first; a row of a
--   submission that stayed changes by a decision about it, by new rules or definitions, or else by
--   what another submission did to it (a rule across returns): the nearest one that changed.
-- authority: the handbook, what a zone wants beyond: corrections, their cause and effect.
create or replace view changes.contribution_changes as
with then_counted as (
    select
        report_month, indicator_code, department, filed_month,
        coalesce(row_key, submission_id || '#' || excel_row) as row_key,
        sum(contribution) as contribution,
        min(submission_id) as submission_id
    from history.headline_candidates
    where until_no is null and is_counted
    group by all
),

now_counted as (
    select
        report_month, indicator_code, department, filed_month,
        coalesce(row_key, submission_id || '#' || excel_row) as row_key,
        sum(contribution) as contribution,
        min(submission_id) as submission_id
    from detail.headline_candidates
    where is_counted
    group by all
),

changed as (
    select
        report_month,
        indicator_code,
        department,
        filed_month,
        row_key,
        coalesce(now_counted.contribution, 0) - coalesce(then_counted.contribution, 0) as change,
        coalesce(now_counted.submission_id, then_counted.submission_id) as submission_id,
        then_counted.submission_id as submission_before
    from then_counted
    full join now_counted using (report_month, indicator_code, department, filed_month, row_key)
    where coalesce(now_counted.contribution, 0) <> coalesce(then_counted.contribution, 0)
),

sources as (
    select indicator_code, return_name, return_title
    from int.indicator_sources
),

force_changes as (
    select submission_id, department, report_month, cause, caused_by
    from changes.force_changes
),

pending as (
    select has_new_judge, published_at
    from core.pending
),

decisions as (
    select row_key_a, row_key_b
    from core.decisions
    cross join pending
    where pending.published_at is null or core.decisions.decided_at > pending.published_at
),

corrections as (
    select return_slug, report_month, department, row_key, max(submission_id) as submission_id
    from accepted.corrections
    group by all
),

-- The nearest submission that changed, for rows that changed without their own.
others as (
    select
        changed.report_month, changed.indicator_code, changed.department, changed.filed_month,
        changed.row_key, force_changes.cause, force_changes.caused_by,
        row_number() over (
            partition by
                changed.report_month, changed.indicator_code, changed.department,
                changed.filed_month, changed.row_key
            order by
                force_changes.department is distinct from changed.department,
                force_changes.report_month is distinct from changed.filed_month,
                force_changes.caused_by
        ) as place
    from changed
    cross join force_changes
    where force_changes.caused_by is not null
),

explained as (
    select
        changed.*,
        corrections.submission_id as correction_id,
        coalesce(own.cause, went.cause) as own_cause,
        coalesce(own.caused_by, went.caused_by) as own_submission,
        decided.is_decided,
        others.cause as other_cause,
        others.caused_by as other_submission
    from changed
    inner join sources using (indicator_code)
    left join force_changes as own on changed.submission_id = own.submission_id
    left join force_changes as went on changed.submission_before = went.submission_id
    left join corrections
        on
            sources.return_title = corrections.return_slug
            and changed.filed_month = corrections.report_month
            and changed.department = corrections.department
            and changed.row_key = corrections.row_key
    left join others
        on
            changed.report_month = others.report_month
            and changed.indicator_code = others.indicator_code
            and changed.department = others.department
            and changed.filed_month = others.filed_month
            and changed.row_key = others.row_key
            and others.place = 1
    left join (
        select distinct unnest([row_key_a, row_key_b]) as row_key, true as is_decided
        from decisions
    ) as decided on changed.row_key = decided.row_key
)

select
    explained.report_month,
    explained.indicator_code,
    explained.department,
    explained.filed_month,
    explained.row_key,
    explained.change,
    case
        when own_cause in ('new_file', 'resubmission') and correction_id is not null then 'correction'
        when own_cause is not null then own_cause
        when is_decided then 'decision'
        when pending.has_new_judge then 'definition'
        else coalesce(other_cause, 'definition')
    end as cause,
    case
        when own_cause in ('new_file', 'resubmission') and correction_id is not null
            then correction_id
        when own_cause is not null then own_submission
        when is_decided or pending.has_new_judge then null
        else other_submission
    end as submission_id
from explained
cross join pending;

comment on view changes.contribution_changes is '上次发布以来对主要指标的贡献有变化的行，及原因';
