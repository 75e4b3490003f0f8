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
from flows.month import changes
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows

Row = Mapping[str, Any]
# More rows make no sheet that anybody reads, and take a release long to write.
MOST_PROJECTS = 5_000


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
    """The first `MOST_PROJECTS`; each knows how many there are of all (`of_all`)."""
    filing: Sequence[Row]
    changes: Sequence[Row]
    corrections: Sequence[Row]

    @property
    def project_count(self) -> int:
        """How many projects the month has, listed or not."""
        return self.projects[0]["of_all"] if self.projects else 0

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

    def rows(name: str, **more: int) -> list[dict[str, Any]]:
        return fetch_rows(con, statement(f"export/{name}"), {"month": month, **more})

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
        rows("projects", most=MOST_PROJECTS),
        rows("filing"),
        changes.of_year(con, month),
        rows("corrections"),
    )
    return said, Release(head["run_id"], head["published_at"].astimezone(BEIJING))
