"""What an act is about, and how it would move the headline figures: shown before it is recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.publish.moves import Move
from flows.settle.doubts import sum_words
from flows.store.journal import Act, Decision, Lock, Restoration, Unlock, Withdrawal
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from flows.supposed import Supposed, suppose
from schemas.indicators import amount_field

Row = dict[str, Any]


@dataclass(frozen=True)
class Prospect:
    """What an act is about: a submission, two projects, or the figures of a month; and what moves."""

    about: list[Row] = field(default_factory=list)
    then: Row | None = None
    """Of an act on a version: which one counts in its place afterwards."""
    moves: list[Move] = field(default_factory=list)


def prospect_of(settings: Settings, zone: Zone, act: Act) -> Prospect:
    """Looks in a copy of the warehouse at what the act is about and what it would do."""

    def ask(supposed: Supposed) -> Prospect:
        supposed.publish_rest()
        about = _about(supposed, act)
        # It is done after what waits, which was just supposed to be published.
        supposed.journal.append([replace(act, at=dt.datetime.now(dt.UTC))])
        supposed.settle()
        then = None
        if isinstance(act, Withdrawal | Restoration):
            then = next(iter(_submission(supposed, act.submission_id)), None)
        return Prospect(about, then, supposed.published())

    return suppose(settings, zone, ask)


def _about(supposed: Supposed, act: Act) -> list[Row]:
    match act:
        case Withdrawal() | Restoration():
            return _submission(supposed, act.submission_id)
        case Decision():
            keys = (act.row_key_a, act.row_key_b)
            found = [fetch_rows(supposed.con, statement("ask/project"), {"key": k}) for k in keys]
            return [row for rows in found for row in rows]
        case Lock() | Unlock():
            return _month(supposed, act.month)


def _submission(supposed: Supposed, submission_id: str) -> list[Row]:
    asked = {"submission_id": submission_id}
    rows = fetch_rows(supposed.con, statement("ask/submission"), asked)
    for row in rows:
        name = row["return_name"]
        row["amount"] = _amount(supposed, name, submission_id, row["rows_found"])
        row["standing_amount"] = _amount(supposed, name, row["standing_id"], row["standing_rows"])
    return rows


def _amount(
    supposed: Supposed, return_name: str | None, submission_id: str | None, rows: int | None
) -> str | None:
    """What a submission's rows come to, in words, or why nobody knows; None of returns without an amount."""
    name = amount_field(return_name) if return_name else None
    if name is None or return_name is None or submission_id is None or rows is None:
        return None
    ((amount, known, lacks_unit),) = supposed.con.execute(
        statement("ask/amount", amount=name, slug=return_name), {"submission_id": submission_id}
    ).fetchall()
    if known == rows:
        return sum_words(return_name, amount or Decimal(0))
    why = "计量单位不明" if lacks_unit else f"{rows - known}行没有填写，或无法读取"
    return sum_words(return_name, None, why)


def _month(supposed: Supposed, month: dt.date) -> list[Row]:
    return fetch_rows(supposed.con, statement("ask/month"), {"month": month})
