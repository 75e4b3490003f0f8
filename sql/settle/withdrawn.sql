-- A withdrawal names a submission by what it is in its file; what was not recognised when it was
-- withdrawn has nothing but its number.
update core.submissions
set is_withdrawn = true
where
    split_part(submission_id, '-', 1) = split_part($submission_id, '-', 1)
    and case
        when $return_name is null or $department is null or $month::date is null
            then submission_id = $submission_id
        else return_name = $return_name and department = $department and report_month = $month
    end;
