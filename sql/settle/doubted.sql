-- Which versions are in doubt, and which stand beside the current one.
update core.submissions
set
    is_in_doubt = list_contains($doubtful, submission_id),
    is_added = list_contains($added, submission_id)
where
    is_in_doubt <> list_contains($doubtful, submission_id)
    or is_added <> list_contains($added, submission_id);
