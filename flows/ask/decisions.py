"""What people decide about the figures: locked months, versions, duplicates that are one project.

Each is an entry of the journal, with who, when and why, and takes effect with the next refresh. What
is decided can be had first, to look at what it would do (`flows.ask.prospects`): the function that has
the name of the entry checks it, the one that has the name of the command records it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import duckdb

import schemas
from flows.ground.errors import GuobanError
from flows.month import findings
from flows.publish.current import newest_file, open_release
from flows.settle.acts import decisions_in_force
from flows.store.journal import Decision, Journal, Lock, Restoration, Unlock, Withdrawal
from flows.store.statements import statement
from flows.store.warehouse import Warehouse, fetch_rows


class RefusedError(GuobanError):
    """The decision can't be taken; the text says why."""


# --- months --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """A return that is owed for a month and not accepted; `state` is missing or rejected."""

    department: str
    return_name: str
    state: str
    due_on: dt.date


def lock(warehouse: Warehouse, month: dt.date, by: str) -> list[str]:
    """Locks a month at its published figures. Returns what blocks it: then nothing is locked.

    Returns that are missing don't block it: who locks has been told (`missing`). Raises what
    `locking` raises.
    """
    with warehouse.locked():
        entry, blocking = locking(warehouse, month, by)
        if not blocking:
            Journal(warehouse.journal).append([entry])
        return blocking


def locking(warehouse: Warehouse, month: dt.date, by: str) -> tuple[Lock, list[str]]:
    """The lock of a month, and the errors that block it.

    Raises RefusedError where the month has no published figures, is locked already, or where files
    or decisions wait for a refresh: the figures that would be locked are not those that hold.
    """
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
    return Lock(month, last.run_id, by, dt.datetime.now(dt.UTC)), blocking


def _blocking(release: duckdb.DuckDBPyConnection, month: dt.date) -> list[str]:
    """The month's errors that stand in what counts now, or turned back what is still owed."""
    found = findings.blocking(findings.of_month(release, month, open_only=True))
    return [" ".join(filter(None, _parts(row))) for row in found]


def _parts(row: findings.Row) -> tuple[str | None, ...]:
    title = schemas.by_name(row["return_name"]).form().title if row["return_name"] else None
    return (
        row["submission_id"],
        row["rule"],
        findings.owner_of(row),
        title,
        row["file"],
        row["cell"],
        row["message"],
    )


def missing(warehouse: Warehouse, month: dt.date) -> list[Missing]:
    """The returns owed for the month that are not accepted, as published."""
    with open_release(warehouse.folder) as release:
        return [
            Missing(**row)
            for row in fetch_rows(release, statement("ask/missing"), {"month": month})
        ]


def unlock(warehouse: Warehouse, month: dt.date, reason: str, by: str) -> None:
    """Opens a locked month again. Raises RefusedError where it is not locked."""
    with warehouse.locked():
        Journal(warehouse.journal).append([unlocking(warehouse, month, reason, by)])


def unlocking(warehouse: Warehouse, month: dt.date, reason: str, by: str) -> Unlock:
    """The opening of a month. Raises RefusedError where it is not locked."""
    _assert_reason(reason)
    if month not in Journal(warehouse.journal).locked_months():
        raise RefusedError(f"{month:%Y-%m} is not locked", f"{month:%Y-%m}没有锁定")
    return Unlock(month, reason, by, dt.datetime.now(dt.UTC))


# --- versions ------------------------------------------------------------------------------------


def withdraw(warehouse: Warehouse, submission_id: str, reason: str, by: str) -> None:
    """Takes a submission out of the figures. Raises RefusedError: unknown, or its month is locked."""
    with warehouse.locked():
        Journal(warehouse.journal).append([withdrawal(warehouse, submission_id, reason, by)])


def withdrawal(warehouse: Warehouse, submission_id: str, reason: str, by: str) -> Withdrawal:
    """The withdrawal of a submission. Raises RefusedError: unknown, or its month is locked."""
    known = _known(warehouse, submission_id, reason)
    # What was withdrawn and came again is asked about until somebody says no a second time.
    if known["is_withdrawn"] and not known["is_asked_about"]:
        raise RefusedError(f"{submission_id} is withdrawn already", f"{submission_id}已经撤回")
    return Withdrawal(submission_id, *_place(known), reason, by, dt.datetime.now(dt.UTC))


def restore(warehouse: Warehouse, submission_id: str, reason: str, by: str) -> None:
    """Makes a version current again, until a later one comes. Raises what `restoration` raises."""
    with warehouse.locked():
        Journal(warehouse.journal).append([restoration(warehouse, submission_id, reason, by)])


def restoration(warehouse: Warehouse, submission_id: str, reason: str, by: str) -> Restoration:
    """What makes a withdrawn or replaced version, or one in doubt, current again.

    Raises RefusedError where the submission is unknown, counts already, was turned back for another
    reason, or its month is locked.
    """
    known = _known(warehouse, submission_id, reason)
    if known["is_restored"]:
        raise RefusedError(
            f"{submission_id} is restored already; the next refresh publishes with it",
            f"{submission_id}已经恢复，下次刷新起计入",
        )
    if known["is_current"] and not known["is_withdrawn"]:
        raise RefusedError(
            f"{submission_id} is what counts now", f"{submission_id}就是现在采用的版本"
        )
    if known["version"] is None and not known["is_in_doubt"]:
        raise RefusedError(
            f"{submission_id} was turned back for errors, or because its month was locked: it has to be "
            "corrected and filed again, or the month unlocked",
            f"{submission_id}因错误或月份锁定而退回，不能恢复：请改正后重新报送，或解锁该月",
        )
    return Restoration(submission_id, *_place(known), reason, by, dt.datetime.now(dt.UTC))


def _known(warehouse: Warehouse, submission_id: str, reason: str) -> dict[str, Any]:
    """A submission as it is published, with what was done to it since.

    Raises RefusedError: unknown, of a locked month, or without a reason.
    """
    _assert_reason(reason)
    journal = Journal(warehouse.journal)
    with open_release(warehouse.folder) as release:
        found = fetch_rows(
            release,
            "select return_name, department, report_month, version, is_current, is_in_doubt, "
            "status = 'withdrawn' as is_withdrawn, submission_id in (select submission_id from "
            "detail.versions_in_doubt) as is_asked_about from mart.submissions where submission_id = ?",
            [submission_id],
        )
    if not found:
        raise RefusedError(
            f"there is no submission {submission_id}", f"没有编号为{submission_id}的报送"
        )
    known = found[0] | {"is_restored": False}
    since = journal.entries[len(journal.until_last_publication().entries) :]
    for one in since:
        if isinstance(one, Withdrawal | Restoration) and one.submission_id == submission_id:
            known["is_restored"] = isinstance(one, Restoration)
            known["is_withdrawn"] = not known["is_restored"]
            known["is_asked_about"] = False
    month = known["report_month"]
    if month in journal.locked_months():
        raise RefusedError(
            f"{submission_id} belongs to {month:%Y-%m}, which is locked",
            f"{submission_id}属于{month:%Y-%m}，该月已锁定",
        )
    return known


def _place(known: dict[str, Any]) -> tuple[str | None, str | None, dt.date | None]:
    return known["return_name"], known["department"], known["report_month"]


def _assert_reason(reason: str) -> None:
    if not reason.strip():
        raise RefusedError(
            "a reason is wanted: it stands in the journal for whoever asks later",
            "请写明原因：原因记入台账，供日后查问",
        )


# --- duplicates ----------------------------------------------------------------------------------


def decide(
    warehouse: Warehouse,
    first: str,
    second: str,
    *,
    is_same: bool | None,
    by: str,
    unsuspected: bool = False,
) -> None:
    """Records whether two project numbers are one project. Raises what `decision` raises."""
    with warehouse.locked():
        Journal(warehouse.journal).append(
            [decision(warehouse, first, second, is_same=is_same, by=by, unsuspected=unsuspected)]
        )


def decision(
    warehouse: Warehouse,
    first: str,
    second: str,
    *,
    is_same: bool | None,
    by: str,
    unsuspected: bool = False,
) -> Decision:
    """Whether two project numbers are one project; None takes back what was decided.

    Raises RefusedError: not filed; suspected by no rule, unless `unsuspected` says that this is known;
    of what is taken back: not decided.
    """
    if first == second:
        raise RefusedError("two different row keys are wanted", "请给出两个不同的编号")
    low, high = sorted((first, second))
    is_decided = (low, high) in decisions_in_force(Journal(warehouse.journal))
    if is_same is None and not is_decided:
        raise RefusedError(
            f"nothing is decided about {first} and {second}", f"{first}和{second}没有作过认定"
        )
    if not is_decided:
        with open_release(warehouse.folder) as release:
            _assert_filed(release, first, second)
            asked = {"first": first, "other": second}
            if not (unsuspected or release.execute(statement("ask/suspected"), asked).fetchall()):
                raise RefusedError(
                    f"no rule suspects that {first} and {second} are one project (C307); if you mean "
                    "these two, add --unsuspected",
                    f"没有规则认为{first}和{second}可能是同一项目（C307）；"
                    "确是这两个的，请加--unsuspected",
                )
    return Decision(low, high, is_same, by, dt.datetime.now(dt.UTC))


def _assert_filed(release: duckdb.DuckDBPyConnection, *keys: str) -> None:
    for key in keys:
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
