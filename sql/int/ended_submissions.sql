-- question: of which submissions is nothing asked any more, and what is said of each?
-- grain: submission that counts no more and waits for nothing (int.standing_submissions).
-- key: submission_id.
-- formula: withdrawn, by whom, when and why, and what counts instead; else what has taken its place; else
--   another file lay at its path later.
-- authority: the handbook, from file to figure: which version is current.
create or replace view int.ended_submissions as
with ended as (
    select submission_id, standing_id, is_replaced, status = 'withdrawn' as is_withdrawn
    from int.standing_submissions
    where is_ended
),

submissions as (
    select submission_id, withdrawn_no as act_no
    from core.submissions
),

acts as (
    select
        act_no,
        concat_ws('，', acted_by, strftime(acted_at, '%Y-%m-%d'), '理由：' || nullif(reason, '')) as words
    from core.acts
),

standing as (
    select submission_id as standing_id, stg.version_words(version, file) as words
    from core.submissions
)

select
    ended.submission_id,
    ended.is_withdrawn,
    case
        when ended.is_withdrawn
            then '已撤回' || coalesce('（' || stg.masked_phones(acts.words) || '）', '')
            || coalesce('，现采用' || standing.words, '')
        when ended.is_replaced then '已被替代，现采用' || standing.words
        else '已被替代，后来又收到同名的文件'
    end as words
from ended
inner join submissions using (submission_id)
left join acts using (act_no)
left join standing using (standing_id);

comment on view int.ended_submissions is '不再采用、也不再要求处理的报送，及其说明';
