-- question: which published headline figures and targets change with this publication, and by what?
-- grain: month × scope × indicator × figure × cause × submission that caused it.
-- formula: figures that were published before and differ now, as history has them once this publication
--   is recorded; of a month that was locked, since its lock, so that what happened meanwhile is told
--   when it is opened. The part of each cause is the sum of its rows' changes, every department's
--   rows counting for 全区 as well. Old and new value are those of the whole figure. A figure that is
--   as it was has no row, nor has a cause whose rows cancel out: it changed nothing, and what came and
--   went is told of the departments and the rows. A figure that came or went with no row (filed with
--   nothing that counts) has one part of 0.
-- authority: the handbook, what a zone wants beyond: corrections; the public surface.
create or replace view changes.figure_changes as
with baselines as (
    select report_month, publication_no
    from core.baselines
),

published as (
    select
        baselines.publication_no, past.report_month, past.department, past.indicator_code,
        past.value, past.target_value,
        past.until_no is null as is_now,
        past.since_no <= baselines.publication_no
        and (past.until_no is null or past.until_no > baselines.publication_no) as is_then,
        past.since_no <= baselines.publication_no as was_ever
    from history.headline_indicators as past
    inner join baselines using (report_month)
),

pairs as (
    select
        publication_no,
        report_month,
        department,
        indicator_code,
        max(value) filter (where is_then) as old_value,
        max(value) filter (where is_now) as new_value,
        max(target_value) filter (where is_then) as old_target,
        max(target_value) filter (where is_now) as new_target
    from published
    group by publication_no, report_month, department, indicator_code
    having bool_or(was_ever)
),

parts as (
    select
        report_month,
        indicator_code,
        coalesce(department, '全区') as department,
        cause,
        submission_id,
        sum(change) as change
    from changes.contribution_changes
    group by
        grouping sets (
            (report_month, indicator_code, cause, submission_id, department),
            (report_month, indicator_code, cause, submission_id)
        )
    having sum(change) <> 0
),

force_changes as (
    select
        publication_no, return_name, department, report_month, submission_before, submission_now,
        cause, caused_by
    from changes.force_changes
),

sources as (
    select indicator_code, return_name
    from int.indicator_sources
),

-- A return filed (or gone) with nothing that counts: its own coming or going is the cause, else what
-- it is in the scope's other figures.
filings as (
    select
        pairs.report_month, pairs.department, pairs.indicator_code,
        force_changes.cause, force_changes.caused_by
    from pairs
    inner join sources using (indicator_code)
    inner join force_changes
        on
            pairs.publication_no = force_changes.publication_no
            and sources.return_name = force_changes.return_name
            and (pairs.department = '全区' or pairs.department = force_changes.department)
    where pairs.old_value is distinct from pairs.new_value and force_changes.cause is not null
    qualify
        row_number() over (
            partition by pairs.report_month, pairs.department, pairs.indicator_code
            order by
                force_changes.report_month is distinct from pairs.report_month,
                force_changes.caused_by
        ) = 1
),

neighbours as (
    select report_month, department, cause, submission_id
    from parts
    qualify
        row_number() over (
            partition by report_month, department order by submission_id nulls last, cause
        ) = 1
),

-- The target rows of files that came or went; the newest file's word counts.
targets as (
    select
        pairs.report_month, pairs.department, pairs.indicator_code,
        arg_max(force_changes.cause, force_changes.caused_by) as cause,
        max(force_changes.caused_by) as submission_id
    from pairs
    inner join rows.annual_targets as issued
        on
            year(pairs.report_month) = issued.year
            and pairs.department = issued.department
            and pairs.indicator_code = issued.indicator_code
    inner join force_changes
        on
            pairs.publication_no = force_changes.publication_no
            and issued.submission_id
            = coalesce(force_changes.submission_now, force_changes.submission_before)
    where force_changes.cause is not null
    group by pairs.report_month, pairs.department, pairs.indicator_code
),

-- The whole reason at once: where a decision or a definition is it, there is no submission.
reasons as (
    select
        pairs.report_month, pairs.department, pairs.indicator_code, pairs.old_value,
        pairs.new_value,
        coalesce(parts.change, 0)::decimal(38, 12) as change,
        case
            when parts.cause is not null
                then {'cause': parts.cause, 'submission_id': parts.submission_id}
            when filings.cause is not null
                then {'cause': filings.cause, 'submission_id': filings.caused_by}
            when neighbours.cause is not null
                then {'cause': neighbours.cause, 'submission_id': neighbours.submission_id}
            else {'cause': 'definition', 'submission_id': null}
        end as reason
    from pairs
    left join parts using (report_month, department, indicator_code)
    left join filings using (report_month, department, indicator_code)
    left join neighbours using (report_month, department)
    where pairs.old_value is distinct from pairs.new_value
)

select
    report_month,
    department,
    indicator_code,
    'value' as figure,
    old_value,
    new_value,
    change,
    reason.cause as cause,
    reason.submission_id as submission_id
from reasons
union all
select
    pairs.report_month,
    pairs.department,
    pairs.indicator_code,
    'target_value' as figure,
    pairs.old_target as old_value,
    pairs.new_target as new_value,
    (coalesce(pairs.new_target, 0) - coalesce(pairs.old_target, 0))::decimal(38, 12) as change,
    coalesce(targets.cause, 'definition') as cause,
    targets.submission_id
from pairs
left join targets using (report_month, department, indicator_code)
where pairs.old_target is distinct from pairs.new_target;

comment on view changes.figure_changes is '与上次发布相比有变化的主要指标和目标，按原因分开';
