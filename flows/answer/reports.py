"""What a reply has to tell of each received file, read from the working database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import duckdb

import schemas
from flows.answer import places
from flows.answer.effects import moved_by
from flows.answer.report import SEVERITIES, Filed, Report, Told
from flows.ground.settings import BEIJING
from flows.store.statements import statement


def reports_of(con: duckdb.DuckDBPyConnection, receipts: Sequence[int]) -> list[Report]:
    """The files of these receipts that have an error or a warning, by their number."""
    told = _told(con, receipts)
    worth_it = {
        receipt for receipt, found in told.items() if any(one.severity != "info" for one in found)
    }
    filed: dict[int, list[Filed]] = {}
    files: dict[int, tuple[str, str, dt.datetime]] = {}
    months: set[dt.date | None] = set()
    for receipt, file, sha256, received_at, owner_month, *rest in con.execute(
        statement("answer/filed"),
        [sorted(worth_it)],
    ).fetchall():
        files[receipt] = (file, sha256, received_at.astimezone(BEIJING).replace(tzinfo=None))
        filed.setdefault(receipt, []).append(Filed(*(*rest, _title(rest[1]))))
        months.add(owner_month)
    for several in filed.values():
        several.sort(key=lambda one: submission_order(one.submission_id))
    names = _names(con, months) if worth_it else {}
    return [
        Report(
            receipt,
            *files[receipt],
            tuple(filed[receipt]),
            tuple(sorted(told[receipt], key=_by_weight)),
            *names[receipt],
        )
        for receipt in sorted(files)
    ]


def _title(return_name: str | None) -> str:
    return schemas.by_name(return_name).form().title if return_name else "未识别的报表"


def _by_weight(one: Told) -> tuple[object, ...]:
    """What can move most comes first, then what is most serious; what is closed comes last."""
    weight = (one.rank is None, one.rank or 0, SEVERITIES.index(one.severity))
    return (one.is_closed, *weight, *one.place, one.rule, one.message)


def submission_order(submission_id: str) -> tuple[int, str]:
    """Orders the submissions of a file as they are numbered: 000012-2 before 000012-10."""
    return (len(submission_id), submission_id)


def _told(con: duckdb.DuckDBPyConnection, receipts: Sequence[int]) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = {}
    keys = _own_keys(con, receipts)
    rows = con.execute(statement("answer/findings"), [list(receipts)]).fetchall()
    asks = any(severity != "info" for _, _, _, _, severity, *_ in rows)
    moved = moved_by(con, receipts) if asks else {}
    for key, receipt, *rest in rows:
        own_key = keys.get((rest[0], rest[3], rest[5]), "")
        one = moved.get(key)
        words, rank = (one.words, one.rank) if one else ("", None)
        told = Told(*(*rest, own_key, words, rank))
        found.setdefault(receipt, []).append(told)
    return found


def _own_keys(
    con: duckdb.DuckDBPyConnection, receipts: Sequence[int]
) -> dict[tuple[str, str, int], str]:
    """The own keys of the rows that have findings, by submission, sheet and row."""
    keys: dict[tuple[str, str, int], str] = {}
    for slug in _returns_in(con, receipts):
        for submission, sheet, row, key in con.execute(
            statement("answer/own_keys", slug=slug),
            [list(receipts)],
        ).fetchall():
            keys[submission, sheet, row] = key
    return keys


def _returns_in(con: duckdb.DuckDBPyConnection, receipts: Iterable[int]) -> list[str]:
    found = con.execute(
        "select distinct return_name from core.submissions "
        "where receipt_no in (select unnest(?)) and return_name is not null",
        [list(receipts)],
    ).fetchall()
    return [slug for (slug,) in found]


def header_rows_of(
    con: duckdb.DuckDBPyConnection, receipts: Iterable[int]
) -> dict[int, dict[str, int]]:
    """For each sheet with data, by receipt, the row above the first of them, zero-based."""
    rows: dict[int, dict[str, int]] = {}
    chosen = sorted(receipts)
    for slug in _returns_in(con, chosen):
        for receipt, sheet, first in con.execute(
            f"select s.receipt_no, r.sheet, min(r.excel_row) from rows.{slug} as r "  # noqa: S608
            "join core.submissions as s using (submission_id) "
            "where s.receipt_no in (select unnest(?)) group by all",
            [chosen],
        ).fetchall():
            here = rows.setdefault(receipt, {})
            here[sheet] = min(first - 2, here.get(sheet, first - 2))
    return rows


Owner = tuple[dt.date | None, str | None]
"""The month and the department that a reply is for; None where nothing tells."""


def _names(
    con: duckdb.DuckDBPyConnection, months: Iterable[dt.date | None]
) -> dict[int, tuple[tuple[str, str], str]]:
    """Folder and name of the reply to every file of these months that has one, by receipt.

    The folder is that of the file's first submission. A later file at the same path takes the
    place of the earlier one's reply. Files of other paths that would have the same name get the
    number of their first receipt behind it.
    """
    chosen = [month for month in months if month]
    rows = con.execute(statement("answer/replied_files"), {"months": chosen}).fetchall()
    return dict(places_of(rows))


def places_of(
    rows: Iterable[tuple[int, str, dt.date | None, str | None]],
) -> Iterable[tuple[int, tuple[tuple[str, str], str]]]:
    """The same of the files that have a reply, each with whose it is (`answer/replied_files`)."""
    taken: dict[tuple[str, str, str], dict[str, int]] = {}
    for receipt, file, month, department in rows:
        folder = places.folder_of(month, department)
        name = places.reply_name(file)
        paths = taken.setdefault((*folder, name.casefold()), {})
        first = paths.setdefault(file, receipt)
        if next(iter(paths)) != file:
            name = places.reply_name(file, first)
        yield receipt, (folder, name)
