"""Runs a draft rule in a child process: what it finds, or why it finds nothing.

The draft is anybody's SQL. It sees a copy of the working database that can't be written, through a
connection that reaches no file, no network and no setting, within limits of time and memory.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from flows.ground.zone import Zone
from flows.read.worker import serve

# What runs in the child.
MODULE = "flows.ask.drafts"
# What a check's query returns, and what it may return besides.
WANTED = ("submission_id", "sheet", "excel_row", "field", "message")
OTHERS = ("value", "suggestion", "severity", "against", "report_month", "department", "return_name")
# A draft that finds more rows is no rule; so many letters of a text are told.
MOST_ROWS, MOST_LETTERS = 100_000, 1_000
_SEVERITIES = ("error", "warning", "info")
# DuckDB's days reach further than anybody's: before our era, and infinity.
_DAY = re.compile(r"[1-9]\d{3}-\d\d-\d\d")
_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
# Where a query says what it returns, as far as can be told without parsing it.
_LAST_SELECT = re.compile(r"^select\b", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Order:
    """A draft's text, the database that it is asked of, and what memory the database may take."""

    text: str
    database: Path
    zone: Zone
    memory_mib: int


@dataclass(frozen=True)
class Fault:
    """Why a draft can't be run: the line of its file, what it is, in English and in Chinese."""

    line: int
    english: str
    chinese: str


Rows = list[dict[str, Any]]


class _FaultError(Exception):
    def __init__(self, line: int, english: str, chinese: str) -> None:
        super().__init__(english)
        self.fault = Fault(line, english, chinese)


def running() -> Callable[[bytes], bytes]:
    """What answers an order with the rows that the draft finds, or with its fault (`told`).

    The answer is plain JSON: what hostile SQL brings a child to say is nobody's code.
    """
    # Each thread would take its share of the memory.
    os.environ["POLARS_MAX_THREADS"] = "1"
    import duckdb  # noqa: PLC0415 - it loads under the limits

    from flows.validate import across  # noqa: F401, PLC0415 - what checks may use, and all it imports

    # It looks at the machine when it begins, which it may not any more once this process is confined.
    database = duckdb.connect(
        config={
            "threads": "1",
            # What does not fit into memory goes to no file.
            "temp_directory": "",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )

    def answer(order: bytes) -> bytes:
        asked: Order = pickle.loads(order)  # noqa: S301 - ours
        try:
            con = opened(database, asked)
            try:
                return orjson.dumps({"rows": _found(con, asked.text)})
            except duckdb.OutOfMemoryException:
                raise MemoryError from None
            except duckdb.Error as error:
                return orjson.dumps({"fault": asdict(_fault_of(error, asked.text))})
        except _FaultError as error:
            return orjson.dumps({"fault": asdict(error.fault)})

    return answer


def told(answer: bytes | bytearray) -> Fault | Rows:
    """What a child answered: the rows by column, months as ISO texts, or why there are none."""
    found = orjson.loads(answer)
    return Fault(**found["fault"]) if "fault" in found else found["rows"]


def opened(con: Any, asked: Order) -> Any:
    """A connection of nothing yet: whatever checks see is laid out, then everything else is shut."""
    from flows.store.statements import quoted, sql_text  # noqa: PLC0415
    from flows.validate import check_tables  # noqa: PLC0415
    from flows.validate.asked import EVERYTHING  # noqa: PLC0415

    con.execute(f"set memory_limit = '{asked.memory_mib}MiB'; set timezone = 'Asia/Shanghai'")
    # Under its own name, as what is stored in it may say it.
    name = quoted(asked.database.stem)
    con.execute(f"attach {sql_text(asked.database)} as {name} (read_only); use {name}")
    EVERYTHING.lay_out(con)
    check_tables.lay_out(con, asked.zone)
    con.execute("set python_enable_replacements = false")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
    return con


def _found(con: Any, text: str) -> Rows:
    if not _is_one_query(con, text):
        raise _FaultError(
            1,
            "a draft is one query that begins with select, with or from, and nothing else",
            "草稿应是一条查询（以select、with或from开头），不能有其他语句",
        )
    con.execute(f"create or replace temp table offending as {text}")
    _assert_columns(con, text)
    listed = ", ".join(_column(name, _names(con)) for name in (*WANTED, *OTHERS))
    # The names are ours.
    made = con.execute(f"select {listed} from offending limit {MOST_ROWS + 1}")  # noqa: S608
    rows = [dict(zip((*WANTED, *OTHERS), row, strict=True)) for row in made.fetchall()]
    _assert_sound(con, rows, text)
    return rows


def _is_one_query(con: Any, text: str) -> bool:
    statements = con.extract_statements(text)
    # Of kinds that the library has no name for it raises ValueError.
    with contextlib.suppress(ValueError):
        return len(statements) == 1 and statements[0].type.name == "SELECT"
    return False


def _names(con: Any) -> list[str]:
    return [name for name, *_ in con.execute("describe offending").fetchall()]


def _column(name: str, found: list[str]) -> str:
    if name not in found:
        return f"null as {name}"
    if name == "excel_row":
        return f"{name}::integer as {name}"
    day = "::date" if name == "report_month" else ""
    return f"left({name}{day}::varchar, {MOST_LETTERS}) as {name}"


def _assert_columns(con: Any, text: str) -> None:
    found = _names(con)
    lacking = [name for name in WANTED if name not in found]
    unknown = [name for name in found if name not in {*WANTED, *OTHERS}]
    if not lacking and not unknown:
        return
    listed = ", ".join(lacking or unknown)
    wanted = f"{', '.join(WANTED)}; {', '.join(OTHERS)}"
    if lacking:
        english, chinese = f"it does not return {listed}", f"没有返回{listed}"
    else:
        english, chinese = (
            f"it returns {listed}, which no check has",
            f"返回了规则没有的列：{listed}",
        )
    raise _FaultError(
        _last_select(text),
        f"{english} (wanted, and allowed besides: {wanted})",
        f"{chinese}（必须的和可以另加的列：{wanted}）",
    )


def _assert_sound(con: Any, rows: Rows, text: str) -> None:
    line = _last_select(text)
    if len(rows) > MOST_ROWS:
        raise _FaultError(
            line,
            f"it finds more than {MOST_ROWS:,} rows",
            f"查出的行超过{MOST_ROWS:,}条",
        )
    severities = sorted({row["severity"] for row in rows} - {*_SEVERITIES, None})
    if severities:
        raise _FaultError(
            line,
            f"{severities[0]!r} is no severity: one of {', '.join(_SEVERITIES)}",
            f"“{severities[0]}”不是程度，应为{'、'.join(_SEVERITIES)}之一",
        )
    days = (row["report_month"] for row in rows)
    if strange := next((one for one in days if one is not None and not _DAY.fullmatch(one)), None):
        raise _FaultError(
            line,
            f"{strange[:40]!r} is no report_month: a day of the years 1000 to 9999",
            f"“{strange[:40]}”不是报告月份（report_month），应为公元1000年至9999年的日期",
        )
    stray = con.execute(
        "select submission_id from offending where submission_id is not null "
        "and submission_id::varchar not in (select submission_id from core.submissions) limit 1"
    ).fetchall()
    if stray:
        raise _FaultError(
            line,
            f"{str(stray[0][0])[:40]!r} is no submission_id of this warehouse",
            f"“{str(stray[0][0])[:40]}”不是本数据仓的报送编号（submission_id）",
        )


def _fault_of(error: Exception, text: str) -> Fault:
    """What DuckDB says of the draft, in its own words, and where."""
    words = str(error)
    found = _LINE.search(words)
    first = words.partition("\n")[0][:MOST_LETTERS]
    return Fault(int(found[1]) if found else _last_select(text), first, first)


def _last_select(text: str) -> int:
    """The line of the last select that begins one; of none the first."""
    places = [one.start() for one in _LAST_SELECT.finditer(text)]
    return text.count("\n", 0, places[-1]) + 1 if places else 1


if __name__ == "__main__":
    serve(running)
