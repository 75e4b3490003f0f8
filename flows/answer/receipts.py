"""回执.xlsx: what a department has filed for a month, what became of it, and what it still owes.

Goes to whoever asks about the department's filing, so it holds no contents of rows, and telephone
numbers in names of files are masked. What a receipt says is remembered as a hash, by which a later
refresh sees whether that is still so: a withdrawal, a decision or another's file may change it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

import schemas
from flows.answer import places
from flows.answer.page import Cell, Page, Value
from flows.answer.report import SEVERITIES
from flows.answer.reports import Owner, places_of, submission_order
from flows.answer.wording import (
    CLOSED,
    SEVERITY_WORDS,
    STATES,
    STATUSES,
    UNKNOWN,
    asked_words,
    is_explained,
    is_replaced,
    month_words,
    status_words,
)
from flows.ground.errors import WarehouseError
from flows.ground.judge import code_fingerprint
from flows.ground.settings import BEIJING
from flows.ground.zone import Zone
from flows.store.statements import statement
from flows.store.warehouse import Warehouse
from schemas.labels import EXPLAINED, REPLACED

_KNOWN = "select folder, report_month, says, size, modified_ns from core.receipts"
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
    CLOSED: 7,
    "审核意见": 34,
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
    """Those that nothing explains."""
    infos: int
    explained: int
    to_correct: int
    to_explain: int
    to_decide: int
    ended: str
    """What is said of it where it counts no more, or nothing."""
    reply: str | None = None
    """Its reply: the name, of one in another folder with that."""

    @property
    def status_words(self) -> str:
        return status_words(
            self.status,
            is_explained=is_explained(self.status, self.warnings + self.to_decide),
            is_replaced=is_replaced(self.status, self.ended),
        )


@dataclass(frozen=True)
class _Expected:
    return_name: str
    state: str
    due_on: dt.date | None


@dataclass(frozen=True)
class _Waiting:
    """A version that waits for somebody to say whether it counts."""

    submission_id: str
    return_name: str
    file: str
    asked: str


@dataclass(frozen=True)
class _Rejudged:
    """A submission that stands as it does because rules changed."""

    submission_id: str
    return_name: str | None
    file: str
    old_status: str
    new_status: str


@dataclass(frozen=True)
class _Receipt:
    """A receipt as it was written: its folder, a hash of what it says, and its file."""

    folder: str
    report_month: dt.date | None
    says: str
    size: int
    modified_ns: int


def renew_receipts(
    con: duckdb.DuckDBPyConnection,
    warehouse: Warehouse,
    zone: Zone,
    months: Collection[dt.date] | None = None,
) -> list[Path]:
    """Writes every receipt that does not say what is so now; gives the paths of these.

    Who has filed, or owes a return for a month that somebody has filed for, has a receipt. Of the
    months that are not named (None: every one is) only those receipts are looked at that are not
    as they were written. Raises WarehouseError where a folder of the replies can't be written,
    once all others are.
    """
    head = _head(zone)
    known = [_Receipt(*row) for row in con.execute(_KNOWN).fetchall()]
    sound = {one.folder: one.says for one in known if _is_as_written(warehouse, one, head)}
    chosen = None if months is None else {*months, *_months(known, sound)}
    filed = _filed(con, chosen)
    expected = _rows(con, "answer/owed", chosen)
    waiting = _rows(con, "answer/waiting", chosen)
    rejudged = _rows(con, "answer/rejudged", chosen)
    filed_for = {month for month, _ in filed}
    owing = (place for place in expected if place[0] in filed_for)
    new: list[_Receipt] = []
    failed: WarehouseError | None = None
    for place in dict.fromkeys([*filed, *owing]):
        here, owed = filed.get(place, []), expected.get(place, [])
        doubts = [_Waiting(*one) for one in waiting.get(place, [])]
        changed = [_Rejudged(*one) for one in rejudged.get(place, [])]
        says = (
            f"{head} {_hash(chain(here, ['owed'], owed, ['doubts'], doubts, ['changed'], changed))}"
        )
        folder = places.folder_of(*place)
        if sound.get("/".join(folder)) == says:
            continue
        owing_here = [_Expected(*one) for one in owed]
        page = _page(zone, *place, here, owing_here, doubts, changed)
        try:
            written = _write(warehouse, folder, page)
        except WarehouseError as error:
            failed = failed or error
        else:
            found = written.lstat()
            where = "/".join(folder)
            new.append(_Receipt(where, place[0], says, found.st_size, found.st_mtime_ns))
    _remember(con, new)
    if failed is not None:
        raise failed
    return [warehouse.replies / one.folder / places.RECEIPT for one in new]


def _head(zone: Zone) -> str:
    """A hash of what every receipt rests on beside its own submissions."""
    return _hash((code_fingerprint(), zone.zone.name, zone.zone.contact))


def _hash(said: Iterable[object]) -> str:
    """A hash of all of it, taken one by one: files whose department nobody knows may be thousands."""
    digest = hashlib.sha256()
    for one in said:
        digest.update(f"{one!r}\n".encode())
    return digest.hexdigest()[:32]


def _is_as_written(warehouse: Warehouse, one: _Receipt, head: str) -> bool:
    """Whether the file is the one that was written, as far as its size and time tell."""
    if not one.says.startswith(head):
        return False
    try:
        found = os.lstat(f"{warehouse.replies}/{one.folder}/{places.RECEIPT}")
    except OSError:
        return False
    is_same = (found.st_size, found.st_mtime_ns) == (one.size, one.modified_ns)
    return is_same and stat.S_ISREG(found.st_mode)


def _months(known: Iterable[_Receipt], sound: Container[str]) -> Iterator[dt.date]:
    """The months of the receipts that are not sound."""
    for one in known:
        if one.folder not in sound and one.report_month is not None:
            yield one.report_month


def _write(warehouse: Warehouse, folder: Sequence[str], page: Page) -> Path:
    # Who writes no receipt does not pay for the import.
    from flows.answer.workbook import Workbook  # noqa: PLC0415

    workbook = Workbook()
    workbook.add(page, is_first=True)
    return places.write(warehouse.replies, folder, places.RECEIPT, workbook.save())


def _remember(con: duckdb.DuckDBPyConnection, new: Sequence[_Receipt]) -> None:
    if new:
        from flows.store.incoming import insert  # noqa: PLC0415

        folders = [one.folder for one in new]
        con.execute("delete from core.receipts where list_contains(?, folder)", [folders])
        insert(con, "core.receipts", [vars(one) for one in new])


def _filed(
    con: duckdb.DuckDBPyConnection, months: Collection[dt.date] | None
) -> dict[Owner, list[_Submission]]:
    """The submissions of these months, each with its reply, by whose receipt they stand in."""
    found: dict[Owner, list[_Submission]] = {}
    registered = [
        (place, _Submission(*row))
        for place, rows in _rows(con, "answer/register", months).items()
        for row in rows
    ]
    if not registered:
        return {}
    told = sorted({month for (month, _), _ in registered if month is not None})
    rows = con.execute(statement("answer/replied_files"), {"months": told}).fetchall()
    files = {receipt: file for receipt, file, *_ in rows}
    replies = dict(places_of(rows))
    for owner, one in registered:
        receipt = int(one.submission_id.partition("-")[0])
        reply = None
        if receipt in replies:
            folder, name = replies[receipt]
            # Numbers of telephones are masked here as in the file's own name.
            shown = name if one.file == files[receipt] else places.reply_name(one.file)
            is_here = folder == places.folder_of(*owner)
            reply = shown if is_here else "/".join((*folder, shown))
        found.setdefault(owner, []).append(replace(one, reply=reply))
    return {owner: _in_order(several) for owner, several in found.items()}


def _rows(
    con: duckdb.DuckDBPyConnection, name: str, months: Collection[dt.date] | None
) -> dict[Owner, list[tuple[Any, ...]]]:
    """The rows of a statement by the month and department that stand first in them."""
    found: dict[Owner, list[tuple[Any, ...]]] = {}
    chosen = None if months is None else list(months)
    for month, department, *rest in con.execute(statement(name), {"months": chosen}).fetchall():
        found.setdefault((month, department), []).append(tuple(rest))
    return found


def _in_order(submissions: Iterable[_Submission]) -> list[_Submission]:
    order = {model.form().slug: n for n, model in enumerate(schemas.all_returns())}
    return sorted(submissions, key=lambda one: _order(one, order))


def _order(one: _Submission, order: Mapping[str, int]) -> tuple[Any, ...]:
    return (
        order.get(one.return_name or "", len(order)),
        one.received_at,
        submission_order(one.submission_id),
    )


# --- the page ------------------------------------------------------------------------------------


def _page(
    zone: Zone,
    month: dt.date | None,
    department: str | None,
    filed: Sequence[_Submission],
    expected: Sequence[_Expected],
    waiting: Sequence[_Waiting],
    rejudged: Sequence[_Rejudged],
) -> Page:
    page = Page("回执", list(_COLUMNS.values()))
    page.add_line(f"{zone.zone.name}报送回执", "title", height=32)
    page.add_line(f"{department or '填报单位' + UNKNOWN}　　{month_words(month)}", "strong")
    page.add_line(f"汇总：{_summary(filed, expected)}", "strong")
    if zone.zone.contact:
        page.add_line(f"联系：{zone.zone.contact}")
    page.add_line("")
    _add_owed(page, expected)
    _add_asked(page, filed)
    _add_waiting(page, waiting)
    _add_rejudged(page, rejudged)
    _add_ended(page, filed)
    page.add_line("已收到", "section")
    page.header_row = page.add(*(Cell(text, "header") for text in _COLUMNS), height=22)
    for number, one in enumerate(filed, start=1):
        page.add(*_row(number, one))
    if not filed:
        page.add_line("没有收到报表。")
    return page


def _summary(filed: Sequence[_Submission], expected: Sequence[_Expected]) -> str:
    statuses = [one.status_words for one in filed]
    counted = "；".join(
        f"{words}{statuses.count(words)}份"
        for words in (*STATUSES.values(), EXPLAINED[1], REPLACED[1])
        if words in statuses
    )
    received = f"收到{len(filed)}份" + (f"（{counted}）" if counted else "")
    states = [one.state for one in expected]
    if not states:
        return f"{received}。"
    owed = sum(state in OWED_STATES for state in states)
    told = "，".join(
        f"{words}{states.count(state)}张" for state, words in STATES.items() if state in states
    )
    asked = _asked_words(filed)
    to_do = f"；{'、'.join(asked)}" if asked else ""
    owing = f"尚欠{owed}张" if owed else "已报齐"
    return f"应报{len(states)}张：{told}；{owing}{to_do}。{received}。"


def _asked_words(filed: Iterable[_Submission]) -> list[str]:
    """How much is to be corrected, explained and decided about all of these."""
    several = [*filed]
    return asked_words(
        {
            "correct": sum(one.to_correct for one in several),
            "explain": sum(one.to_explain for one in several),
            "decide": sum(one.to_decide for one in several),
        }
    )


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


def _add_asked(page: Page, filed: Iterable[_Submission]) -> None:
    """What is to be corrected and explained, and in which reply that stands."""
    asked = [one for one in filed if _asked_words([one])]
    if not asked:
        return
    page.add_line(
        "待改正、待说明、待认定：请按审核意见处理，改好的审核意见可直接放回报送文件夹", "section"
    )
    for number, one in enumerate(asked, start=1):
        page.add(
            Cell(number, "center"),
            Cell(_title(one), "cell"),
            Cell(one.reply or one.file, "cell"),
            Cell("、".join(_asked_words([one])), "center"),
        )
    page.add_line("")


def _add_waiting(page: Page, waiting: Sequence[_Waiting]) -> None:
    if not waiting:
        return
    page.add_line("待定：请按下列办法处理，或告知联系人以哪份为准，由其恢复", "section")
    for number, one in enumerate(waiting, start=1):
        title = schemas.by_name(one.return_name).form().title
        page.add(Cell(number, "center"), Cell(title, "cell"), Cell(one.file, "cell"))
        page.add_line(f"　　{one.asked}")
        page.add_line(f"　　报送编号（告知联系人时用）：{one.submission_id}")
    page.add_line("")


def _add_rejudged(page: Page, rejudged: Sequence[_Rejudged]) -> None:
    if not rejudged:
        return
    page.add_line("因规则调整，无需重报", "section")
    for number, one in enumerate(rejudged, start=1):
        page.add(Cell(number, "center"), Cell(_title(one), "cell"), Cell(one.file, "cell"))
        old, new = (STATUSES.get(name, name) for name in (one.old_status, one.new_status))
        page.add_line(f"　　状态由“{old}”改为“{new}”")
    page.add_line("")


def _add_ended(page: Page, filed: Sequence[_Submission]) -> None:
    """Of what counts no more, and has a reply or was withdrawn, that nothing is asked any more."""
    ended = [one for one in filed if one.ended and (one.reply or one.status == "withdrawn")]
    if not ended:
        return
    page.add_line("不再采用，所提意见不再要求处理", "section")
    for number, one in enumerate(ended, start=1):
        page.add(Cell(number, "center"), Cell(_title(one), "cell"), Cell(one.file, "cell"))
        page.add_line(f"　　{one.ended}")
    page.add_line("")


def _title(one: _Submission | _Rejudged) -> str:
    return schemas.by_name(one.return_name).form().title if one.return_name else UNKNOWN


def _row(number: int, one: _Submission) -> Iterable[Cell]:
    received = one.received_at.astimezone(BEIJING).replace(tzinfo=None)
    is_bad = not one.ended and one.status in {"rejected", "partly_accepted"}
    cells: list[tuple[Value, str]] = [
        (number, "center"),
        (_title(one), "cell"),
        (one.file, "cell"),
        (received, "time"),
        (one.version, "center"),
        (one.status_words, "bad" if is_bad else "center"),
        ("是" if one.is_current else "否", "center"),
    ]
    counts = (one.rows_found, one.rows_accepted, one.rows_held)
    findings = dict(zip(SEVERITIES, (one.errors, one.warnings, one.infos), strict=True))
    cells += [(count, "center") for count in counts]
    cells += [(count, name if count else "center") for name, count in findings.items()]
    cells += [(one.explained, "center"), (one.reply, "cell")]
    return [Cell(value, style) for value, style in cells]
