"""Reads the published database for the commands, as any client would: read only, by its link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from flows.errors import WarehouseError
from flows.zone import WHOLE_ZONE

Row = dict[str, Any]


class Published:
    """The newest release, opened read only."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The query's rows by column name."""
        found = self._con.execute(query, list(parameters))
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def headline(self, month: dt.date, department: str | None) -> list[Row]:
        """The month's rows of `mart.headline_indicators` for one scope, by indicator."""
        return self.rows(
            "from mart.headline_indicators where report_month = ? and department = ? "
            "order by indicator_code",
            [month, department or WHOLE_ZONE],
        )

    def candidates(self, code: str, month: dt.date, department: str | None) -> list[Row]:
        """The rows near a figure: those in it first, then the others with their reasons."""
        return self.rows(
            "from detail.headline_candidates where indicator_code = ? and report_month = ? "
            "and (? is null or department = ?) "
            "order by not is_counted, department, filed_month, row_key, file, excel_row",
            [code, month, department, department],
        )

    def status(self, month: dt.date) -> list[Row]:
        """The month's expected returns and what became of each."""
        return self.rows("from mart.return_status where report_month = ? order by all", [month])


@contextmanager
def open_published(path: Path) -> Iterator[Published]:
    """Opens the published database. Raises WarehouseError where nothing is published yet."""
    if not path.exists():
        raise WarehouseError(f"{path}: nothing is published yet; run guoban refresh first")
    try:
        con = duckdb.connect(str(path.resolve()), read_only=True)
    except duckdb.Error as error:
        raise WarehouseError(f"{path} can't be opened: {error}") from error
    try:
        con.execute("set timezone = 'Asia/Shanghai'")
        yield Published(con)
    finally:
        con.close()
