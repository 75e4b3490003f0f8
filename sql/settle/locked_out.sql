-- What came for a month while it was locked is turned back until the month is opened. 01 and 14 are
-- how a locked month is corrected and its successors are planned: never locked out. What was withdrawn
-- and restored is told afterwards, act by act (settle/acted_on).
update core.submissions as submissions
set
    is_withdrawn = false,
    withdrawn_no = null,
    restored_no = null,
    stands_after = refresh_no,
    is_locked_out = exists (
        select 1
        from core.locks as locks
        inner join core.returns as returns
            on submissions.return_name = returns.return_name and not returns.adds_up
        where
            locks.report_month = submissions.report_month
            and submissions.received_at >= locks.locked_at
    );
