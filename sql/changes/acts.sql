-- question: what was done to a submission since the figures that a publication told?
-- grain: publication that figures rest on (core.baselines) × submission that came to count or ceased.
-- formula: it was received since (while its month was locked counts as since); it ceased to count by
--   the version that was received or restored since, or because it was withdrawn; it was restored; or it
--   counts again because the one that had replaced it was withdrawn. What rules or settings let in or
--   turned back is no act on it.
-- authority: the handbook, from file to figure: which version is current.
create or replace view changes.acts as
with changed as (
    select
        baselines.publication_no,
        least(baselines.last_receipt, any_value(own_month.last_receipt)) as last_receipt,
        any_value(baselines.published_at) as published_at,
        past.submission_id,
        bool_or(
            past.since_no <= baselines.publication_no
            and coalesce(past.until_no > baselines.publication_no, true)
        ) as was_in_force,
        bool_or(past.until_no is null) as is_in_force
    from (
        select distinct publication_no, published_at, last_receipt from core.baselines
    ) as baselines
    cross join record.submissions_in_force as past
    left join core.baselines as own_month on past.report_month = own_month.report_month
    group by baselines.publication_no, baselines.last_receipt, past.submission_id
    having was_in_force <> is_in_force
),

restorations as (
    select act_no as restored_no, acted_at as restored_at
    from core.acts
    where act = 'restoration'
),

-- With the other one of the same return, department and month that came or ceased in its place.
known as (
    select
        changed.*,
        submissions.* exclude (submission_id),
        is_in_force and receipt_no > last_receipt as has_come,
        coalesce(is_in_force and restored_at > published_at, false) as is_restored,
        max_by(submissions.submission_id, has_come) over one_return as after_id,
        max_by(submissions.submission_id, is_restored) over one_return as restored_id,
        bool_or(was_in_force) over one_return and not adds_up as is_replacing,
        bool_or(has_come) over one_return and not adds_up as is_replaced,
        bool_or(is_restored) over one_return and was_in_force and not is_withdrawn and not adds_up
            as is_ousted,
        max_by(submissions.submission_id, was_in_force and is_withdrawn) over one_return
            as withdrawn_id,
        bool_or(was_in_force and is_withdrawn) over one_return and not adds_up and not has_come
            as is_back
    from changed
    inner join core.submissions as submissions using (submission_id)
    inner join core.returns as returns using (return_name)
    left join restorations using (restored_no)
    window one_return as (partition by publication_no, return_name, department, report_month)
)

select
    publication_no,
    submission_id,
    return_name,
    department,
    report_month,
    case
        when has_come and return_name = 'annual_targets' then 'target'
        when has_come and return_name = 'corrections' then 'correction'
        when is_restored and not has_come then 'restoration'
        when has_come and not is_replacing then 'new_file'
        when has_come or is_replaced then 'resubmission'
        when is_ousted then 'restoration'
        else 'withdrawal'
    end as cause,
    case
        when has_come or is_restored then submission_id
        when is_replaced then after_id
        when is_ousted then restored_id
        when is_in_force then withdrawn_id
        else submission_id
    end as caused_by
from known
where
    has_come
    or is_restored
    or (was_in_force and (is_replaced or is_withdrawn or is_ousted))
    or (is_in_force and is_back and not is_replaced);

comment on view changes.acts is '上次所依据的发布以来对各份报送做了什么：收到、恢复、撤回、被替代';
