"""Reads the published database for the commands, as any client would: read only, by its link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from flows.ground.errors import PublicationError
from flows.ground.zone import WHOLE_ZONE
from flows.publish.current import open_release
from flows.store.warehouse import fetch_rows
from schemas.reasons import words

if TYPE_CHECKING:
    from flows.export.contents import Contents, Release

Row = dict[str, Any]


class Published:
    """The newest release, opened read only."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def rows(self, query: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """The query's rows by column name."""
        return fetch_rows(self.con, query, parameters)

    def contents(self, month: dt.date) -> tuple[Contents, Release] | None:
        """What the month's workbook says; None where the month has no figures."""
        from flows.export.contents import contents  # noqa: PLC0415 - other commands do without

        return contents(self.con, month)

    def headline(
        self, month: dt.date, names: Sequence[str], as_of: dt.datetime | None = None
    ) -> list[Row]:
        """The rows of `mart.headline_indicators` for a month and scope, as published at a time.

        `names` are those that the scope may be published under; none for the whole zone.
        """
        source = "mart.headline_as_of(?)" if as_of else "mart.headline_indicators"
        rows = self.rows(
            f"from {source} where report_month = ? order by indicator_code",
            [*([as_of] if as_of else []), month],
        )
        return _of_first(rows, names or [WHOLE_ZONE])

    def release(self) -> Row:
        """Which release it is, with the fingerprint of its data and the head of the journal's chain."""
        (found,) = self.rows(
            "select run_id, published_at, fingerprint, chain_head from mart.release"
        )
        return found

    def candidates(
        self,
        code: str,
        month: dt.date,
        names: Sequence[str],
        as_of: dt.datetime | None = None,
    ) -> list[Row]:
        """The rows near a figure, as published at a time: those in it first, then the others with
        their reasons. `names` are those of their department; none for all.
        """
        if code.startswith("ZS"):
            relation = "headline_candidates"
            order = "filed_month, row_key"
        else:
            relation = "secondary_rows"
            order = "row_key"
        rows = self.rows(
            f"from {_at('detail.' + relation, as_of)} "
            "where indicator_code = $code and report_month = $month "
            f"order by not is_counted, department, {order}, file, excel_row",
            _parameters(as_of, code=code, month=month),
        )
        rows = [
            {name: value for name, value in row.items() if name != "corrections"}
            | {"reasons": words(row["reasons"])}
            for row in rows
        ]
        return _of_first(rows, names) if names else rows

    def figure(
        self, code: str, month: dt.date, names: Sequence[str], as_of: dt.datetime | None = None
    ) -> Row | None:
        """The figure of that code: a headline one of a scope, or a secondary one of the zone.

        Departments have no secondary figures, only rows in them.
        """
        if code.startswith("ZS"):
            rows = self.headline(month, names, as_of)
        elif names:
            return None
        else:
            source = _at("detail.secondary_indicators", as_of)
            rows = self.rows(
                f"select *, $zone as department from {source} where report_month = $month",  # noqa: S608
                _parameters(as_of, zone=WHOLE_ZONE, month=month),
            )
        return next((row for row in rows if row["indicator_code"] == code), None)

    def versions(self, submission_id: str) -> list[Row]:
        """All submissions of the same return, department and month, the newest first."""
        return self.rows(
            "select other.submission_id, other.file, other.sha256, other.version, other.status, "
            "other.is_current, other.received_at "
            "from mart.submissions as other join mart.submissions as one "
            "using (return_name, department, report_month) "
            "where one.submission_id = ? order by other.submission_id desc",
            [submission_id],
        )

    def row_findings(self, submission_id: str, sheet: str, excel_row: int) -> list[Row]:
        """The findings at one row of a submission."""
        return self.rows(
            "select rule, severity, cell, value, message, suggestion, explanation "
            "from mart.findings where submission_id = ? and coalesce(sheet, '') = ? "
            "and excel_row = ? order by all",
            [submission_id, sheet, excel_row],
        )

    def scopes(self, month: dt.date) -> set[str]:
        """The scopes of which figures of the month were ever published; none: the month never was."""
        found = self.rows(
            "select distinct department from mart.headline_vintages where report_month = ?", [month]
        )
        return {row["department"] for row in found}

    def first_published(self, month: dt.date) -> dt.datetime | None:
        """When figures of the month were first published; None where they never were."""
        found = self.rows(
            "select first_published_at from mart.months where report_month = ?", [month]
        )
        return found[0]["first_published_at"] if found else None


def _at(relation: str, as_of: dt.datetime | None) -> str:
    """The rows of a relation of `detail` that stand now, or stood at `$moment`."""
    at = "until_at is null"
    if as_of is not None:
        at = "since_at <= $moment and (until_at is null or until_at > $moment)"
    return f"(select * exclude (since_at, until_at) from {relation} where {at})"  # noqa: S608


def _parameters(as_of: dt.datetime | None, **named: Any) -> dict[str, Any]:
    return named if as_of is None else {**named, "moment": as_of}


def _of_first(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """The rows of the first of these departments that has any."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row["department"], []).append(row)
    return next((by_name[name] for name in names if name in by_name), [])


@contextmanager
def open_published(warehouse: Path) -> Iterator[Published]:
    """Opens the published database. Raises PublicationError where nothing is published yet."""
    with open_release(warehouse) as con:
        try:
            yield Published(con)
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise PublicationError(
                "what is published was made by another version of guoban; run guoban refresh first",
                "已发布的数据由其他版本的guoban生成，请先运行guoban refresh",
            ) from error
