"""From which month on something is settled otherwise than is published, or answered, by return.

Noted when it is settled; asked, and then forgotten, when it is published and when receipts are
renewed: what fails leaves it to the next run. What reaches every return is noted of none.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Iterator, Mapping

import duckdb

from flows.store.statements import sql_text
from schemas.indicators import INDICATORS

# Who asks, each for itself.
PUBLISHED, ANSWERED = "published", "answered"
# Every month, and none.
ALWAYS, NEVER = dt.date.min, dt.date.max


def note(con: duckdb.DuckDBPyConnection, months: Mapping[str | None, dt.date]) -> None:
    """Notes the first changed month of each return; under None that of all returns."""
    for return_name, month in months.items():
        for until in (PUBLISHED, ANSWERED):
            con.execute("insert into core.changed values (?, ?, ?)", [return_name, month, until])


def everything(con: duckdb.DuckDBPyConnection) -> None:
    """Notes that everything may have changed."""
    note(con, {None: ALWAYS})


def forget(con: duckdb.DuckDBPyConnection, until: str) -> None:
    """Says that all of it is published, or answered."""
    con.execute("delete from core.changed where until = ?", [until])


class Changed:
    """What was noted: the first changed month of any return, of one, of what an indicator counts."""

    def __init__(self, con: duckdb.DuckDBPyConnection, until: str) -> None:
        self._months: dict[str | None, dt.date] = dict(
            con.execute(
                "select return_name, min(from_month) from core.changed where until = ? "
                "group by return_name",
                [until],
            ).fetchall()
        )

    @property
    def first(self) -> dt.date:
        """The first month of which anything has changed."""
        return min(self._months.values(), default=NEVER)

    def of(self, return_name: str) -> dt.date:
        """The first month of which rows of the return have changed."""
        return min(self._months.get(return_name, NEVER), self._months.get(None, NEVER))

    def first_of(self, returns: Collection[str]) -> dt.date:
        """The first month of which rows of any of these have changed."""
        return min(map(self.of, returns))

    @property
    def rows(self) -> str:
        """The condition of rows near figures that may have changed, as those of their return have."""
        months = ", ".join(
            f"{sql_text(one.code)}: date '{self.of(one.return_name)}'" for one in INDICATORS
        )
        return f"{self.figures} and report_month >= map {{{months}}}[indicator_code]"

    @property
    def figures(self) -> str:
        """The condition of what is told of a month and may have changed."""
        return f"report_month >= date '{self.first}'"

    def figures_of(self, returns: Collection[str] | None) -> str:
        """The same of what rests on some returns alone; None: on any."""
        if returns is None:
            return self.figures
        return f"report_month >= date '{self.first_of(returns)}'"

    @contextlib.contextmanager
    def told(self, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Meanwhile the variable `changed_from` says, by return, from which month on figures are asked."""
        names = dict.fromkeys(one.return_name for one in INDICATORS)
        listed = ", ".join(f"{sql_text(name)}: date '{self.of(name)}'" for name in names)
        con.execute(f"set variable changed_from = map {{{listed}}}")
        yield
        con.execute("reset variable changed_from")
