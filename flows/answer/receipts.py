"""回执.xlsx: what a department has filed for a month, what became of it, and what it still owes.

Goes to whoever asks about the department's filing, so it holds no contents of rows, and telephone
numbers in names of files are masked. A receipt carries a hash of what it says, by which a later
refresh sees whether that is still so: a withdrawal, a decision or another's file may change it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

import schemas
from flows.answer import places
from flows.answer.page import Cell, Page, Value
from flows.answer.reports import SEVERITIES, submission_order
from flows.answer.wording import (
    SEVERITY_WORDS,
    STATES,
    STATUSES,
    UNKNOWN,
    month_words,
)
from flows.ground.errors import WarehouseError
from flows.ground.settings import BEIJING
from flows.ground.zone import Zone
from flows.store.statements import statement
from flows.store.warehouse import Warehouse

Place = tuple[dt.date | None, str | None]
"""A month and a department; None where a file did not tell."""

OWED_STATES = ("missing", "rejected")
_COLUMNS: dict[str, float] = {
    "序号": 6,
    "报表": 24,
    "文件": 44,
    "收到时间": 17,
    "版本": 7,
    "状态": 17,
    "现采用": 8,
    "数据行": 8,
    "采用": 7,
    "扣留": 7,
    **dict.fromkeys(SEVERITY_WORDS.values(), 7),
}


@dataclass(frozen=True)
class _Submission:
    submission_id: str
    return_name: str | None
    file: str
    received_at: dt.datetime
    version: int | None
    status: str
    is_current: bool
    rows_found: int
    rows_accepted: int
    rows_held: int
    errors: int
    warnings: int
    infos: int


@dataclass(frozen=True)
class _Expected:
    return_name: str
    state: str
    due_on: dt.date | None


def renew_receipts(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, zone: Zone) -> list[Path]:
    """Writes every receipt that does not say what is so now; gives the paths of these.

    Who has filed, or owes a return for a month that somebody has filed for, has a receipt. Raises
    WarehouseError where a folder of the replies can't be written, once all others are.
    """
    filed, expected = _filed(con), _expected(con)
    months = {month for month, _ in filed}
    owing = (key for key in expected if key[0] in months)
    written = []
    failed: WarehouseError | None = None
    for key in dict.fromkeys([*filed, *owing]):
        page = _page(zone, *key, filed.get(key, []), expected.get(key, []))
        folder, hash_of_page = places.folder_of(*key), _hash(page)
        if _carries(warehouse.replies.joinpath(*folder, places.RECEIPT), hash_of_page):
            continue
        try:
            data = _bytes(page, hash_of_page)
            written.append(places.write(warehouse.replies, folder, places.RECEIPT, data))
        except WarehouseError as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return written


def _hash(page: Page) -> str:
    return hashlib.sha256(repr(page).encode()).hexdigest()


def _carries(path: Path, hash_of_page: str) -> bool:
    """Whether a receipt with this hash lies there."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as receipt, receipt.open("docProps/custom.xml") as properties:
            return hash_of_page.encode() in properties.read(4_096)
    except Exception:
        # Whatever has been done to it, it is not what was written.
        return False


def _bytes(page: Page, hash_of_page: str) -> bytes:
    # Who writes no receipt does not pay for the import.
    from flows.answer.by_xlsxwriter import Writer  # noqa: PLC0415

    target = io.BytesIO()
    writer = Writer(target)
    writer.book.set_custom_property("guoban", hash_of_page)
    writer.add_page(page)
    writer.close()
    return target.getvalue()


def _filed(con: duckdb.DuckDBPyConnection) -> dict[Place, list[_Submission]]:
    found: dict[Place, list[_Submission]] = {}
    for month, department, *rest in con.execute(statement("answer/register")).fetchall():
        found.setdefault((month, department), []).append(_Submission(*rest))
    order = {model.form().slug: n for n, model in enumerate(schemas.all_returns())}
    for several in found.values():
        several.sort(key=lambda one: _order(one, order))
    return found


def _order(one: _Submission, order: dict[str, int]) -> tuple[Any, ...]:
    return (
        order.get(one.return_name or "", len(order)),
        one.received_at,
        submission_order(one.submission_id),
    )


def _expected(con: duckdb.DuckDBPyConnection) -> dict[Place, list[_Expected]]:
    found: dict[Place, list[_Expected]] = {}
    for month, department, *rest in con.execute(
        "select report_month, department, return_name, state, due_on from mart.return_status "
        "join core.returns using (return_name) order by ordinal"
    ).fetchall():
        found.setdefault((month, department), []).append(_Expected(*rest))
    return found


# --- the page ------------------------------------------------------------------------------------


def _page(
    zone: Zone,
    month: dt.date | None,
    department: str | None,
    filed: Sequence[_Submission],
    expected: Sequence[_Expected],
) -> Page:
    page = Page("回执", list(_COLUMNS.values()))
    page.add_line(f"{zone.zone.name}报送回执", "title", height=32)
    page.add_line(f"{department or '填报单位' + UNKNOWN}　　{month_words(month)}", "strong")
    page.add_line(f"汇总：{_summary(filed, expected)}", "strong")
    if zone.zone.contact:
        page.add_line(f"联系：{zone.zone.contact}")
    page.add_line("")
    _add_owed(page, expected)
    page.add_line("已收到", "section")
    page.header_row = page.add(*(Cell(text, "header") for text in _COLUMNS), height=22)
    for number, one in enumerate(filed, start=1):
        page.add(*_row(number, one))
    if not filed:
        page.add_line("没有收到报表。")
    return page


def _summary(filed: Sequence[_Submission], expected: Sequence[_Expected]) -> str:
    statuses = [one.status for one in filed]
    counted = "，".join(
        f"{words}{statuses.count(status)}份"
        for status, words in STATUSES.items()
        if status in statuses
    )
    received = f"收到{len(filed)}份" + (f"（{counted}）" if counted else "")
    states = [one.state for one in expected]
    if not states:
        return f"{received}。"
    owed = sum(state in OWED_STATES for state in states)
    told = "，".join(
        f"{words}{states.count(state)}张" for state, words in STATES.items() if state in states
    )
    return f"应报{len(states)}张：{told}；{f'尚欠{owed}张' if owed else '已报齐'}。{received}。"


def _add_owed(page: Page, expected: Sequence[_Expected]) -> None:
    owed = [one for one in expected if one.state in OWED_STATES]
    if not owed:
        return
    page.add_line("尚欠", "section")
    page.add(
        Cell("序号", "header"),
        Cell("报表", "header"),
        Cell("情况", "header"),
        Cell("应报日期", "header"),
    )
    for number, one in enumerate(owed, start=1):
        page.add(
            Cell(number, "center"),
            Cell(schemas.by_name(one.return_name).form().title, "cell"),
            Cell(STATES[one.state], "bad"),
            Cell(one.due_on, "date"),
        )
    page.add_line("")


def _row(number: int, one: _Submission) -> Iterable[Cell]:
    title = schemas.by_name(one.return_name).form().title if one.return_name else UNKNOWN
    received = one.received_at.astimezone(BEIJING).replace(tzinfo=None)
    is_bad = one.status in {"rejected", "partly_accepted"}
    cells: list[tuple[Value, str]] = [
        (number, "center"),
        (title, "cell"),
        (one.file, "cell"),
        (received, "time"),
        (one.version, "center"),
        (STATUSES.get(one.status, one.status), "bad" if is_bad else "center"),
        ("是" if one.is_current else "否", "center"),
    ]
    counts = (one.rows_found, one.rows_accepted, one.rows_held)
    findings = dict(zip(SEVERITIES, (one.errors, one.warnings, one.infos), strict=True))
    cells += [(count, "center") for count in counts]
    cells += [(count, name if count else "center") for name, count in findings.items()]
    return [Cell(value, style) for value, style in cells]
