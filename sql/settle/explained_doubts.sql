-- The versions for which a rule is explained: that which brings the word, and those before with the
-- same rows, as the one that it answers.
with words as (
    select distinct explanations.rule, explanations.submission_id
    from core.explanations as explanations
    inner join core.submissions as saying using (submission_id)
    where list_contains($rules, explanations.rule) and not saying.is_withdrawn
)

select rule, submission_id
from words
union
select words.rule, compared.earlier_id
from words
inner join core.overlaps as compared using (submission_id)
where compared.is_same
