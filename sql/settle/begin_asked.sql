-- The rules start with every version in place of the departments that are asked about.
delete from core.findings
where
    is_cross
    and submission_id in (
        select submission_id
        from core.submissions
        where is_overruled and department in (select department from asked_departments)
    );

update core.submissions
set is_overruled = false
where is_overruled and department in (select department from asked_departments);
