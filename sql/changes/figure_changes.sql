-- question: which published headline figures and targets change with this publication, and by what?
-- grain: month × scope × indicator × figure × cause × submission that caused it.
-- formula: figures that were published before and differ now; the part of each cause is the sum of
--   its rows' changes, every department's rows counting for 全区 as well. Old and new value are those
--   of the whole figure; a figure without a row that changed (filed with nothing for the first
--   time) has one part of 0.
-- authority: the handbook, what a zone wants beyond: corrections; the public surface.
create or replace view changes.figure_changes as
with then_published as (
    select report_month, department, indicator_code, value, target_value
    from history.headline_indicators
    where until_no is null
),

ever_published as (
    select distinct report_month, department, indicator_code
    from history.headline_indicators
),

now_published as (
    select report_month, department, indicator_code, value, target_value
    from mart.headline_indicators
),

pairs as (
    select
        ever_published.report_month,
        ever_published.department,
        ever_published.indicator_code,
        then_published.value as old_value,
        now_published.value as new_value,
        then_published.target_value as old_target,
        now_published.target_value as new_target
    from ever_published
    left join then_published using (report_month, department, indicator_code)
    left join now_published using (report_month, department, indicator_code)
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
),

force_changes as (
    select return_name, department, report_month, cause, caused_by
    from changes.force_changes
),

sources as (
    select indicator_code, return_name
    from int.indicator_sources
),

-- A return filed (or gone) with nothing that counts: its own coming or going is the cause.
filings as (
    select
        pairs.report_month, pairs.department, pairs.indicator_code,
        force_changes.cause, force_changes.caused_by,
        row_number() over (
            partition by pairs.report_month, pairs.department, pairs.indicator_code
            order by
                force_changes.report_month is distinct from pairs.report_month,
                force_changes.caused_by
        ) as place
    from pairs
    inner join sources using (indicator_code)
    inner join force_changes
        on
            sources.return_name = force_changes.return_name
            and (pairs.department = '全区' or pairs.department = force_changes.department)
    where pairs.old_value is distinct from pairs.new_value
),

targets as (
    select
        pairs.report_month, pairs.department, pairs.indicator_code,
        max(force_changes.caused_by) as submission_id
    from pairs
    cross join force_changes
    where force_changes.return_name = 'annual_targets'
    group by all
)

select
    pairs.report_month,
    pairs.department,
    pairs.indicator_code,
    'value' as figure,
    pairs.old_value,
    pairs.new_value,
    coalesce(parts.change, 0)::decimal(38, 12) as change,
    coalesce(parts.cause, filings.cause, 'definition') as cause,
    case when parts.cause is not null then parts.submission_id else filings.caused_by end
        as submission_id
from pairs
left join parts using (report_month, department, indicator_code)
left join filings
    on
        pairs.report_month = filings.report_month
        and pairs.department = filings.department
        and pairs.indicator_code = filings.indicator_code
        and filings.place = 1
where pairs.old_value is distinct from pairs.new_value
union all
select
    pairs.report_month,
    pairs.department,
    pairs.indicator_code,
    'target_value' as figure,
    pairs.old_target as old_value,
    pairs.new_target as new_value,
    (coalesce(pairs.new_target, 0) - coalesce(pairs.old_target, 0))::decimal(38, 12) as change,
    case when targets.submission_id is null then 'definition' else 'target' end as cause,
    targets.submission_id
from pairs
left join targets using (report_month, department, indicator_code)
where pairs.old_target is distinct from pairs.new_target;

comment on view changes.figure_changes is '与上次发布相比有变化的主要指标和目标，按原因分开';
