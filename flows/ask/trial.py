"""What a draft rule would have found in what is in the warehouse, and what would move by it.

The draft runs in a child process (`flows.ask.drafts`) over a copy of the working database; what it
finds is settled in that copy as a rule's findings are. Nothing is stored.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.ask import drafts
from flows.ask.drafts import Fault, Order, Rows
from flows.ground.errors import GuobanError, SettingsError, WarehouseError
from flows.ground.findings import Finding
from flows.ground.settings import PROJECT, Settings
from flows.ground.zone import Zone
from flows.judging import is_judged_by
from flows.publish import moves, publication, rejudged
from flows.publish.moves import Move
from flows.publish.rejudged import StatusChange
from flows.read import limits_of
from flows.read.sandbox import Children, Lost
from flows.rehearsal import LIBRARIES_MIB
from flows.settle.versions import settle
from flows.store import changed, findings
from flows.store.belonging import assert_belongs
from flows.store.incoming import take_in
from flows.store.journal import Journal, SupposedJournal
from flows.store.statements import statement
from flows.store.warehouse import Warehouse, fetch_rows
from flows.validate import across
from flows.validate.severity import decide
from schemas.rules import Rule, Severity

# A draft is no longer than this.
_MOST_BYTES = 1 << 20
# What a draft need not say of its rule.
_DEFAULTS = {
    "level": "draft",
    "severity": Severity.WARNING.value,
    "zh": "草拟的规则",
    "en": "a draft rule",
    "reason": "",
    "remedy": "",
}


class DraftError(SettingsError):
    """The draft can't be read, parsed or run, or returns what no check returns: wrong usage."""


class TooMuchError(GuobanError):
    """The draft takes more time or memory than it may."""


@dataclass(frozen=True)
class Hit:
    """A finding that the draft would have raised, and the file that it is about."""

    finding: Finding
    file: str | None


@dataclass(frozen=True)
class Trial:
    """What a draft rule would have done: whom it hits, which submissions and figures would change."""

    rule: Rule
    hits: Sequence[Hit]
    statuses: Sequence[StatusChange]
    moves: Sequence[Move]


def tried(settings: Settings, zone: Zone, path: Path, since: dt.date | None = None) -> Trial:
    """Tries the draft over what the newest refresh settled, from a month on or all of it.

    Raises DraftError (wrong usage), TooMuchError, BusyError while a refresh has the working database,
    SettingsError where the warehouse is another zone's, WarehouseError where there is nothing to be
    asked: nothing is published, or it was judged by other rules than these.
    """
    text = _text(path)
    rule = _rule(path, text)
    warehouse = Warehouse(settings.warehouse, settings.database_memory_mib)
    assert_belongs(warehouse.journal, zone)
    journal = SupposedJournal(Journal(warehouse.journal).until_last_publication())
    with warehouse.copied() as copy:
        if copy is None or not journal.publications:
            raise _stale()
        rows = _rows(settings, zone, path, text, copy)
        with contextlib.closing(warehouse.open_at(copy)) as con:
            if not is_judged_by(con, zone):
                raise _stale()
            return _settled(con, zone, journal, rule, rows, since)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DraftError(
            f"{path} can't be read: {error.strerror}", f"{path}无法读取：{error.strerror}"
        ) from error
    if len(data) > _MOST_BYTES:
        raise DraftError(f"{path} is longer than 1 MiB", f"{path}超过1 MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DraftError(
            f"{path}:{line}: it is no UTF-8", f"{path}第{line}行：不是UTF-8"
        ) from error


def _rule(path: Path, text: str) -> Rule:
    header = across.header_of(text)
    number = header.get("rule", path.stem)
    if number in across.catalogue():
        line = _line_of(text, "rule")
        raise DraftError(
            f"{path}:{line}: {number} is a rule already; give the draft a name of its own (-- rule: …)",
            f"{path}第{line}行：已有规则{number}，请在文件首的“-- rule: ”后另取编号",
        )
    severity = header.get("severity", _DEFAULTS["severity"])
    if severity not in {*Severity}:
        line = _line_of(text, "severity")
        listed = [one.value for one in Severity]
        raise DraftError(
            f"{path}:{line}: {severity!r} is no severity: one of {', '.join(listed)}",
            f"{path}第{line}行：“{severity}”不是程度，应为{'、'.join(listed)}之一",
        )
    known = {name: said for name, said in header.items() if name in _DEFAULTS or name == "holds"}
    return across.rule_of({**_DEFAULTS, **known, "rule": number})


def _line_of(text: str, part: str) -> int:
    """The line of the head that says this; the first where none does."""
    lines = text.splitlines()
    said = (n for n, line in enumerate(lines, start=1) if line.startswith(f"-- {part}:"))
    return next(said, 1)


def _rows(settings: Settings, zone: Zone, path: Path, text: str, copy: Path) -> Rows:
    """What the draft finds, by a child of its own."""
    limits = limits_of(settings)
    of_child = replace(
        limits,
        memory_mib=limits.memory_mib + LIBRARIES_MIB,
        workers=1,
        inputs=(copy.parent, PROJECT / "schemas", PROJECT / "sql"),
    )
    order = Order(text, copy, zone, limits.memory_mib // 2)
    with Children(drafts.MODULE, of_child) as children:
        children.start(1)
        ((_, answer),) = children.answer([(0, pickle.dumps(order))])
    if answer is Lost.LATE:
        raise TooMuchError(
            f"{path} takes longer than {limits.seconds:g} s (GUOBAN_READ_SECONDS)",
            f"{path}运行超过{limits.seconds:g}秒（GUOBAN_READ_SECONDS）",
        )
    if isinstance(answer, Lost):
        raise TooMuchError(
            f"{path} takes more memory than it may (GUOBAN_READ_MEMORY_MIB), or ends what runs it",
            f"{path}占用的内存超出限制（GUOBAN_READ_MEMORY_MIB），或使运行它的程序崩溃",
        )
    told = drafts.told(answer)
    if isinstance(told, Fault):
        raise DraftError(
            f"{path}:{told.line}: {told.english}", f"{path}第{told.line}行：{told.chinese}"
        )
    return told


def _settled(
    con: duckdb.DuckDBPyConnection,
    zone: Zone,
    journal: Journal,
    rule: Rule,
    rows: Rows,
    since: dt.date | None,
) -> Trial:
    """What follows of the rows; `con` is a copy that may be written to."""
    before = dict(con.execute("select submission_id, status from core.submissions").fetchall())
    files = dict(con.execute("select submission_id, file from core.submissions").fetchall())
    found = [
        one
        for one in decide(across.findings_of(rule, _placed(con, rows)), {rule.id: rule}, zone)
        if since is None or (one.report_month is not None and one.report_month >= since)
    ]
    # What is said across files is said anew when it is settled; a draft can't be asked again.
    findings.store(con, [one.knowing(is_cross=False) for one in found])
    moved: Sequence[Move] = ()
    if any(one.holds for one in found):
        settle(con, zone, journal)
        changed.everything(con)
        publication.rehearse(con, journal, zone)
        moved = moves.of_newest(con)
    else:
        con.execute(statement("settle/statuses"))
    rejudged.note(con, before)
    hits = [Hit(one, files.get(one.submission or "")) for one in _in_order(found)]
    return Trial(rule, hits, rejudged.of_publication(con, None), moved)


def _placed(con: duckdb.DuckDBPyConnection, rows: Rows) -> Sequence[Mapping[str, Any]]:
    """The rows with their cells, as those of a check."""
    if not rows:
        return []
    kinds = {"excel_row": pl.Int32}
    names = (*drafts.WANTED, *drafts.OTHERS)
    frame = pl.DataFrame(
        [pl.Series(name, [row[name] for row in rows], kinds.get(name, pl.String)) for name in names]
    )
    take_in(
        con,
        "create or replace temp table offending as "
        "select * replace (report_month::date as report_month) from incoming",
        frame,
    )
    found = fetch_rows(con, statement("validate/found_places", is_answer="true"))
    con.execute("drop table offending")
    return found


def _in_order(found: Sequence[Finding]) -> list[Finding]:
    """The newest month first, then by department and place."""
    by_place = sorted(
        found,
        key=lambda one: (
            one.department or "", one.return_name or "", one.submission or "",
            one.sheet or "", one.row or 0, one.field or "",
        ),
    )  # fmt: skip
    return sorted(by_place, key=lambda one: one.report_month or dt.date.min, reverse=True)


def _stale() -> WarehouseError:
    return WarehouseError(
        "nothing is published that these rules have judged; run guoban refresh first",
        "还没有按现行规则发布的数据，请先运行guoban refresh",
    )
