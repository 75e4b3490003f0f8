-- A withdrawal (`$withdrawn_no`, its act) or a restoration (`$restored_no`, behind all that came up to
-- `$stands_after`) names a submission by what it is in its file; what was not recognised then has nothing
-- but its number.
update core.submissions
set
    is_withdrawn = $withdrawn_no is not null,
    withdrawn_no = $withdrawn_no,
    restored_no = coalesce($restored_no, restored_no),
    stands_after = coalesce($stands_after, stands_after)
where
    split_part(submission_id, '-', 1) = split_part($submission_id, '-', 1)
    and case
        when $return_name is null or $department is null or $month::date is null
            then submission_id = $submission_id
        else return_name = $return_name and department = $department and report_month = $month
    end;
