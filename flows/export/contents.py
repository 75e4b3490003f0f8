"""What is published of a month, as its workbook says it: read from the release, nothing computed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import duckdb

from flows.ground.judge import code_fingerprint
from flows.ground.settings import BEIJING
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Contents:
    """What the workbook of a month says, as it is published."""

    month: dt.date
    zone: str
    is_locked: bool
    locked_at: dt.datetime | None
    indicators: Sequence[Row]
    secondary: Sequence[Row]
    campaign: Sequence[Row]
    departments: Sequence[Row]
    projects: Sequence[Row]
    filing: Sequence[Row]
    changes: Sequence[Row]
    corrections: Sequence[Row]

    def fingerprint(self) -> str:
        """A hash of all that it says, and of what writes it."""
        said = [getattr(self, one.name) for one in fields(self)]
        return hashlib.sha256(repr((code_fingerprint(), said)).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Release:
    """The release that the figures are taken from."""

    run_id: str
    published_at: dt.datetime


def contents(con: duckdb.DuckDBPyConnection, month: dt.date) -> tuple[Contents, Release] | None:
    """What is published of the month, and by which release; None where it has no figures."""

    def rows(name: str) -> list[dict[str, Any]]:
        return fetch_rows(con, statement(f"export/{name}"), {"month": month})

    indicators = rows("indicators")
    if not indicators:
        return None
    (head,) = rows("head")
    said = Contents(
        month,
        head["zone_name"],
        bool(head["is_locked"]),
        head["locked_at"],
        indicators,
        rows("secondary"),
        rows("campaign"),
        rows("departments"),
        rows("projects"),
        rows("filing"),
        rows("changes"),
        rows("corrections"),
    )
    return said, Release(head["run_id"], head["published_at"].astimezone(BEIJING))


def newest_month(con: duckdb.DuckDBPyConnection) -> dt.date | None:
    """The newest month with figures; None where there are none."""
    ((month,),) = con.execute(statement("export/newest")).fetchall()
    return month if isinstance(month, dt.date) else None
