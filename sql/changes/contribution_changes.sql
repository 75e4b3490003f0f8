-- question: which rows contribute otherwise to a headline figure than when last published, and why?
-- grain: month × indicator × row (department, key, month it was filed for) whose contribution
--   changed.
-- formula: contribution now less contribution then, 0 where the row did not count. The cause is the
--   first of these that holds:
--   1. another version counts, and in it what the figure rests on stands otherwise in this row (or
--      the row came or went): what brought that version; a correction (14) where all that made the
--      change are fields that it names, at the values that it gives;
--   2. a decision on the project, 3. a correction of this row that came into force or was withdrawn:
--      where the row is or was out by a rule, as these do nothing else;
--   4. new rules, definitions or settings, unless it is or was out by a rule that 5. answers for;
--   5. what another version changed elsewhere, as rules judge the row by it: the same project, else
--      the same investor, else (without new rules) the same department, the nearest month first;
--   6. rules and definitions.
-- authority: the handbook, what a zone wants beyond: corrections, their cause and effect.
create or replace view changes.contribution_changes as
with baselines as (
    select report_month, publication_no, published_at, has_new_judge
    from core.baselines
),

sources as (
    select indicator_code, return_name, return_title
    from int.indicator_sources
),

force_changes as (
    select
        publication_no, return_name, department, report_month, submission_before, submission_now,
        cause, caused_by
    from changes.force_changes
),

row_changes as (
    select publication_no, return_name, department, report_month, row_key, field, new_value
    from changes.row_changes
),

-- What the figures rest on in a row.
fields as (
    select return_name, field, is_amount
    from (
        values
        ('signed_projects', 'contract_amount_cny', true),
        ('signed_projects', 'project_id', false),
        ('signed_projects', 'capital_origin', false),
        ('signed_projects', 'sector', false),
        ('signed_projects', 'contract_type', false),
        ('signed_projects', 'nature', false),
        ('signed_projects', 'role', false),
        ('signed_projects', 'signed_on', false),
        ('signed_projects', 'status', false),
        ('signed_projects', 'started_on', false),
        ('signed_projects', 'audit_status', false),
        ('paid_in', 'paid_month_cny', true),
        ('paid_in', 'audit_status', false),
        ('pipeline_projects', 'planned_amount_cny', true),
        ('pipeline_projects', 'capital_origin', false),
        ('pipeline_projects', 'status', false),
        ('pipeline_projects', 'role', false),
        ('pipeline_projects', 'audit_status', false)
    ) as listed (return_name, field, is_amount)
),

corrected as (
    select submission_id, return_name, report_month, row_key, field, new_value
    from core.corrected
),

-- Every number with the one that stands for all that were decided to be the same project.
same_projects as (
    select project_id, canonical_id
    from core.same_projects
),

-- Rows as they lay near the figures then and lie now, where that is not the same.
moved as (
    select
        baselines.publication_no,
        past.report_month, past.indicator_code, past.department, past.filed_month, past.row_key,
        past.submission_id, past.contribution, past.is_counted, past.reasons,
        past.until_no is null as is_now
    from history.headline_candidates as past
    inner join baselines using (report_month)
    where
        (past.until_no is null and past.since_no > baselines.publication_no)
        or (past.until_no > baselines.publication_no and past.since_no <= baselines.publication_no)
),

changed as (
    select
        publication_no, report_month, indicator_code, department, filed_month, row_key,
        sum(case when is_now then contribution else -contribution end) as change,
        bool_or(is_counted and is_now) and bool_or(is_counted and not is_now) as is_counted_still,
        -- Held back by a rule, counted in another row, or not there, as its whole return was not.
        count(distinct is_now) = 1
        or coalesce(bool_or(reasons like '%该行被扣留%' or reasons like '%已由%计入%'), false)
            as is_held_once,
        max(submission_id) as submission_id
    from moved
    group by publication_no, report_month, indicator_code, department, filed_month, row_key
    having sum(case when is_now then contribution else -contribution end) <> 0
),

told as materialized (
    select
        row_number() over () as change_no,
        changed.*,
        sources.return_name,
        sources.return_title,
        baselines.has_new_judge
    from changed
    inner join sources using (indicator_code)
    inner join baselines using (report_month)
),

-- 1. What stands otherwise in the row itself, and what brought that.
own as (
    select
        told.change_no,
        any_value(force_changes.cause) as cause,
        any_value(force_changes.caused_by) as caused_by,
        bool_and(corrected.submission_id is not null) filter (
            where row_changes.field is null or fields.is_amount or not told.is_counted_still
        ) as is_corrected,
        max(corrected.submission_id) as corrected_by
    from told
    inner join row_changes
        on
            told.publication_no = row_changes.publication_no
            and told.return_name = row_changes.return_name
            and told.department = row_changes.department
            and told.filed_month = row_changes.report_month
            and told.row_key = row_changes.row_key
    inner join force_changes
        on
            row_changes.publication_no = force_changes.publication_no
            and row_changes.return_name = force_changes.return_name
            and row_changes.department = force_changes.department
            and row_changes.report_month = force_changes.report_month
    left join fields
        on row_changes.return_name = fields.return_name and row_changes.field = fields.field
    left join corrected
        on
            row_changes.return_name = corrected.return_name
            and row_changes.field = corrected.field
            and stg.name_key(row_changes.row_key) = corrected.row_key
            and stg.name_key(row_changes.new_value) = corrected.new_value
            and corrected.report_month between
            (row_changes.report_month - interval 1 month)::date and row_changes.report_month
    where
        force_changes.cause is not null
        and (row_changes.field is null or fields.field is not null)
    group by told.change_no
),

-- 2. Projects that a decision since is about, and those that are one with them.
decided_keys as (
    select baselines.publication_no, unnest([decisions.row_key_a, decisions.row_key_b]) as row_key
    from core.decisions as decisions
    inner join (select distinct publication_no, published_at from baselines) as baselines
        on decisions.decided_at > baselines.published_at
),

decided as (
    select publication_no, row_key
    from decided_keys
    union
    select decided_keys.publication_no, alike.project_id as row_key
    from decided_keys
    inner join same_projects on decided_keys.row_key = same_projects.project_id
    inner join same_projects as alike on same_projects.canonical_id = alike.canonical_id
),

-- 3. Rows named by corrections that came into force or were withdrawn.
named as (
    select
        force_changes.publication_no,
        forms.return_slug as return_title,
        stg.name_key(forms.row_key) as row_key,
        arg_max(force_changes.cause, force_changes.caused_by) as cause,
        max(force_changes.caused_by) as caused_by
    from force_changes
    inner join rows.corrections as forms
        on coalesce(force_changes.submission_now, force_changes.submission_before) = forms.submission_id
    where force_changes.return_name = 'corrections' and force_changes.cause is not null
    group by force_changes.publication_no, forms.return_slug, stg.name_key(forms.row_key)
),

-- 5. What other versions changed: rows of the same project, of the same investor, or just any.
investors as (
    select filed.submission_id, filed.own_key as row_key, stg.name_key(filed.investor) as investor_key
    from (
        select submission_id, own_key, investor
        from rows.signed_projects
        union all
        select submission_id, own_key, investor
        from rows.pipeline_projects
    ) as filed
    semi join (
        select submission_id
        from told
        union
        select unnest([submission_now, submission_before]) as submission_id
        from force_changes
    ) as looked_at using (submission_id)
),

elsewhere as (
    select
        force_changes.publication_no, force_changes.return_name, force_changes.department,
        force_changes.report_month, force_changes.cause, force_changes.caused_by,
        touched.row_key,
        investors.investor_key
    from force_changes
    semi join sources using (return_name)
    left join (
        select distinct publication_no, return_name, department, report_month, row_key
        from row_changes
    ) as touched using (publication_no, return_name, department, report_month)
    left join investors
        on
            touched.row_key = investors.row_key
            and investors.submission_id
            in (force_changes.submission_now, force_changes.submission_before)
    where force_changes.cause is not null
),

related as (
    select
        told.change_no,
        elsewhere.cause,
        elsewhere.caused_by,
        told.department is distinct from elsewhere.department as is_of_other_department,
        told.return_name is distinct from elsewhere.return_name as is_of_other_return,
        abs(date_diff('month', told.filed_month, elsewhere.report_month)) as months_away,
        case
            when
                coalesce(mine.canonical_id, told.row_key)
                = coalesce(theirs.canonical_id, elsewhere.row_key)
                then 1
            when investors.investor_key = elsewhere.investor_key then 2
            when told.department = elsewhere.department then 3
        end as kinship
    from told
    anti join own using (change_no)
    inner join elsewhere on told.publication_no = elsewhere.publication_no
    left join investors
        on told.row_key = investors.row_key and told.submission_id = investors.submission_id
    left join same_projects as mine on told.row_key = mine.project_id
    left join same_projects as theirs on elsewhere.row_key = theirs.project_id
),

nearest as (
    select change_no, cause, caused_by, kinship
    from related
    where kinship is not null
    qualify
        row_number() over (
            partition by change_no
            order by
                kinship, months_away, is_of_other_department, is_of_other_return, caused_by
        ) = 1
),

explained as (
    select
        told.*,
        case
            when own.is_corrected and own.cause in ('new_file', 'resubmission')
                then {'cause': 'correction', 'submission_id': own.corrected_by}
            when own.cause is not null
                then {'cause': own.cause, 'submission_id': own.caused_by}
            when told.is_held_once and decided.row_key is not null
                then {'cause': 'decision', 'submission_id': null}
            when told.is_held_once and named.cause is not null
                then {'cause': named.cause, 'submission_id': named.caused_by}
            when told.has_new_judge and not (told.is_held_once and nearest.kinship <= 2)
                then {'cause': 'definition', 'submission_id': null}
            when nearest.cause is not null
                then {'cause': nearest.cause, 'submission_id': nearest.caused_by}
            else {'cause': 'definition', 'submission_id': null}
        end as reason
    from told
    left join own using (change_no)
    left join decided
        on told.publication_no = decided.publication_no and told.row_key = decided.row_key
    left join named
        on
            told.publication_no = named.publication_no
            and told.return_title = named.return_title
            and stg.name_key(told.row_key) = named.row_key
    left join nearest using (change_no)
)

select
    report_month,
    indicator_code,
    department,
    filed_month,
    row_key,
    change,
    reason.cause as cause,
    reason.submission_id as submission_id
from explained;

comment on view changes.contribution_changes is '上次发布以来对主要指标的贡献有变化的行，及原因';
