-- For each return, department and month the last submission, by its arrival, that explains a rule.
select
    explanations.rule,
    explanations.return_name,
    explanations.department,
    explanations.report_month,
    max(saying.arrival_no) as arrival_no
from core.explanations as explanations
inner join core.submissions as saying using (submission_id)
where list_contains($rules, explanations.rule) and not saying.is_withdrawn
group by
    explanations.rule, explanations.return_name, explanations.department,
    explanations.report_month
