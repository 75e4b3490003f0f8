-- question: which submissions came into force or went out of it since the last publication?
-- grain: submission that did.
-- formula: those in force now against those that were when last published, with the counterpart
--   of the same return, department and month: what replaced it, or what it replaced.
-- authority: the handbook, from file to figure: which version is current.
create or replace view changes.force_changes as
with before as (
    select submission_id, return_name, department, report_month
    from history.submissions_in_force
    where until_no is null
),

now_in_force as (
    select submission_id, return_name, department, report_month
    from stg.submissions_in_force
),

withdrawn as (
    select submission_id
    from core.submissions
    where is_withdrawn
),

came as (
    select now_in_force.*, true as is_new
    from now_in_force
    anti join before using (submission_id)
),

went as (
    select before.*, false as is_new
    from before
    anti join now_in_force using (submission_id)
)

select
    came.submission_id,
    came.is_new,
    came.return_name,
    came.department,
    came.report_month,
    case
        when withdrawn.submission_id is not null then 'withdrawal'
        when went.submission_id is not null then 'resubmission'
        when came.return_name = 'annual_targets' then 'target'
        when came.return_name = 'corrections' then 'correction'
        else 'new_file'
    end as cause,
    -- A withdrawal that brought the version before back is the withdrawn one's doing.
    coalesce(withdrawn.submission_id, came.submission_id) as caused_by
from came
left join went
    on
        came.return_name = went.return_name
        and came.department is not distinct from went.department
        and came.report_month is not distinct from went.report_month
left join withdrawn on went.submission_id = withdrawn.submission_id
union all
select
    went.submission_id,
    went.is_new,
    went.return_name,
    went.department,
    went.report_month,
    case
        when withdrawn.submission_id is not null then 'withdrawal'
        when came.submission_id is not null then 'resubmission'
        else 'definition'
    end as cause,
    case
        when withdrawn.submission_id is not null then went.submission_id
        else came.submission_id
    end as caused_by
from went
left join came
    on
        went.return_name = came.return_name
        and went.department is not distinct from came.department
        and went.report_month is not distinct from came.report_month
left join withdrawn on went.submission_id = withdrawn.submission_id;

comment on view changes.force_changes is '上次发布以来生效或失效的报送，及原因';
