-- What checks said before of what they are asked about now. What they said of a version that is turned
-- back for it stays said.
delete from core.findings as findings
where
    is_cross
    and list_contains($rules, rule)
    and coalesce(submission_id, '') not in (
        select submission_id
        from core.submissions
        where is_overruled
    )
    and {is_asked}
