"""What people decide about the figures: locked months, withdrawals, duplicates that are one project.

Each is an entry of the journal, with who, when and why, and takes effect with the next refresh.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from flows.ground.errors import GuobanError
from flows.month import findings
from flows.publish.release import newest_file, open_release
from flows.store.journal import Decision, Journal, Lock, Unlock, Withdrawal
from flows.store.warehouse import Warehouse


class RefusedError(GuobanError):
    """The decision can't be taken; the text says why."""


def lock(warehouse: Warehouse, month: dt.date, by: str) -> list[str]:
    """Locks a month at its published figures. Returns what blocks it: then nothing is locked.

    Raises RefusedError where the month has no published figures, is locked already, or where files
    or decisions wait for a refresh: the figures that would be locked are not those that hold.
    """
    with warehouse.locked():
        journal = Journal(warehouse.journal)
        last = journal.last_publication()
        if month in journal.locked_months():
            raise RefusedError(f"{month:%Y-%m} is locked already", f"{month:%Y-%m}已经锁定")
        published = newest_file(warehouse.folder).parent.name
        if last is None or last.run_id != published or journal.has_unpublished():
            raise RefusedError(
                "there is something new since the last refresh; run guoban refresh",
                "上次刷新之后又有新的文件或处理，请先运行guoban refresh",
            )
        with open_release(warehouse.folder) as release:
            if not release.execute(
                "select 1 from mart.headline_indicators where report_month = ? limit 1", [month]
            ).fetchall():
                raise RefusedError(
                    f"{month:%Y-%m} has no published figures", f"{month:%Y-%m}没有已发布的数据"
                )
            blocking = _blocking(release, month)
        if blocking:
            return blocking
        journal.append([Lock(month, last.run_id, by, dt.datetime.now(dt.UTC))])
        return []


def _blocking(release: duckdb.DuckDBPyConnection, month: dt.date) -> list[str]:
    """The month's errors that stand in what counts now, or turned back what is still owed."""
    named = ("rule", "department", "return_name", "file", "cell", "message")
    return [
        " ".join(row[name] for name in named if row[name])
        for row in findings.blocking(findings.of_month(release, month, open_only=True))
    ]


def unlock(warehouse: Warehouse, month: dt.date, reason: str, by: str) -> None:
    """Opens a locked month again. Raises RefusedError where it is not locked."""
    _assert_reason(reason)
    with warehouse.locked():
        journal = Journal(warehouse.journal)
        if month not in journal.locked_months():
            raise RefusedError(f"{month:%Y-%m} is not locked", f"{month:%Y-%m}没有锁定")
        journal.append([Unlock(month, reason, by, dt.datetime.now(dt.UTC))])


def withdraw(warehouse: Warehouse, submission_id: str, reason: str, by: str) -> None:
    """Takes a submission out of the figures. Raises RefusedError: unknown, or its month is locked."""
    _assert_reason(reason)
    with warehouse.locked():
        journal = Journal(warehouse.journal)
        with open_release(warehouse.folder) as release:
            found = release.execute(
                "select return_name, department, report_month, status from mart.submissions "
                "where submission_id = ?",
                [submission_id],
            ).fetchall()
        if not found:
            raise RefusedError(
                f"there is no submission {submission_id}", f"没有编号为{submission_id}的报送"
            )
        return_name, department, month, status = found[0]
        if status == "withdrawn" or any(
            one.submission_id == submission_id for one in journal.all(Withdrawal)
        ):
            raise RefusedError(f"{submission_id} is withdrawn already", f"{submission_id}已经撤回")
        if month in journal.locked_months():
            raise RefusedError(
                f"{submission_id} belongs to {month:%Y-%m}, which is locked",
                f"{submission_id}属于{month:%Y-%m}，该月已锁定",
            )
        now = dt.datetime.now(dt.UTC)
        journal.append([Withdrawal(submission_id, return_name, department, month, reason, by, now)])


def _assert_reason(reason: str) -> None:
    if not reason.strip():
        raise RefusedError(
            "a reason is wanted: it stands in the journal for whoever asks later",
            "请写明原因：原因记入台账，供日后查问",
        )


def decide(warehouse: Warehouse, first: str, second: str, *, is_same: bool, by: str) -> None:
    """Records whether two project numbers are one project. Raises RefusedError: not filed."""
    if first == second:
        raise RefusedError("two different row keys are wanted", "请给出两个不同的编号")
    with warehouse.locked():
        with open_release(warehouse.folder) as release:
            for key in (first, second):
                if not release.execute(
                    "select 1 from mart.signed_projects where project_id = $1 "
                    "union all select 1 from detail.headline_candidates "
                    "where row_key = $1 and until_at is null "
                    # The only row of a file that was turned back for it stands nowhere else.
                    "union all select 1 from mart.findings where rule = 'C307' and value = $1 "
                    "limit 1",
                    [key],
                ).fetchall():
                    raise RefusedError(f"no row has the key {key}", f"没有编号为{key}的行")
        journal = Journal(warehouse.journal)
        low, high = sorted((first, second))
        journal.append([Decision(low, high, is_same, by, dt.datetime.now(dt.UTC))])
