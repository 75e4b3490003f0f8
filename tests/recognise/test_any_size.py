"""Sheets that no department makes by hand: judged in seconds, as the whole batch waits for them."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from renderer.judged import ENVELOPE, PEOPLE, TALK, zone
from seldom import nightly

from flows.normalise.frames import normalise
from flows.read import Book, Grid
from flows.recognise import Draft, Origin, recognise
from flows.validate.envelope import check_envelopes

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

ROW = [str(value) for value in TALK.values()]
TITLE = ["在谈项目月报表"]
TOP = [TITLE, [ENVELOPE], list(TALK)]
NAMES = [f"词{number}" for number in range(16_000)]
LONG = 32_000


def total(number: int) -> list[str]:
    return ["", "小计", "", str(number)]


def by_department(extra: int = 0) -> list[list[str]]:
    """A sheet whose rows belong to some hundred months of eight departments."""
    names = [one.name for one in zone().departments]
    months = [f"{1990 + at // 12}-{1 + at % 12:02d}" for at in range(240)]
    owners = [(name, month) for month in months for name in names]
    head = [*TALK, "填报单位", "报告期", *NAMES[:extra]]
    return [TITLE, ["计量单位：万元"], head, *([*ROW, *owner] for owner in owners)]


def sheets_called(name: str) -> list[Grid]:
    return [Grid(name.format(at), [*TOP, ROW, [PEOPLE]]) for at in range(1_000)]


def sheet(rows: list[list[str]], merged: list[tuple[int, int, int, int]] | None = None) -> Book:
    return Book("xlsx", [Grid("S", rows, merged or [])])


BOOKS: dict[str, Callable[[], Book]] = {
    "blanks behind a bracket": lambda: sheet([["(单位" + " " * LONG], *TOP, ROW, [PEOPLE]]),
    # No limit of time reaches into a search that tries every way to part these.
    "brackets behind a title's word": lambda: sheet(
        [["客商名册" + "()" * 40 + "。"], ["表" + "(一)" * 900 + "。"], *TOP, ROW, [PEOPLE]]
    ),
    "labels in a cell": lambda: sheet([["单位(" * 8_000] * 100, *TOP, ROW, [PEOPLE]]),
    "brackets in the header": lambda: sheet(
        [TITLE, [ENVELOPE], [*TALK, "(" * LONG], ROW, [PEOPLE]]
    ),
    "thousands of columns": lambda: sheet(
        [TITLE, [ENVELOPE], [*TALK, *NAMES], *[ROW + ["x"] * 16_000] * 20]
    ),
    "a row far wider than the others": lambda: sheet([*TOP, *[ROW] * 20_000, ROW + NAMES]),
    "a line of labels": lambda: sheet([*TOP, ROW, *[["填报单位："] * 16_000] * 10]),
    "labels without a value": lambda: sheet([*TOP, ROW, *[["填报单位"] + [""] * 16_000] * 100]),
    "notes": lambda: sheet([*TOP, ROW, *[["注：本表按月报送。"]] * 50_000]),
    "signatures": lambda: sheet([*TOP, ROW, *[[PEOPLE]] * 50_000]),
    "totals": lambda: sheet([*TOP, *(one for at in range(10_000) for one in (ROW, total(at)))]),
    "rows like headers": lambda: sheet([["项目编号", "项目名称", *NAMES[:498]]] * 60),
    "headers on every page": lambda: sheet([*TOP, *[ROW, list(TALK)] * 10_000]),
    "a long number": lambda: sheet([*TOP, ["1" * 5_000, "2", "3", "4"], ROW, [PEOPLE]]),
    "areas over each other above": lambda: sheet([*TOP, ROW], [(0, 0, 59, 499)] * 100_000),
    "areas over each other below": lambda: sheet(
        [*TOP, *[ROW] * 5_000], [(4, 3, 5_000, 3)] * 50_000
    ),
    "areas without a value": lambda: sheet(
        [*TOP, ROW, *([] for _ in range(100_000))], [(4, at, 100_000, at) for at in range(5_000)]
    ),
    "many sheets": lambda: Book("xlsx", [Grid(f"S{at}", [NAMES[:40]] * 20) for at in range(300)]),
    "a return on many sheets": lambda: Book("xlsx", sheets_called("表{}")),
    "many copies of a sheet": lambda: Book("xlsx", sheets_called("表({})")),
    "many parts of a return": lambda: Book("xlsx", sheets_called("第{}部分")),
    "headings with units before another table": lambda: sheet(
        [
            *[*TOP, ROW],
            *([f"{at}、工业项目（单位：{'亿元' if at % 2 else '万元'}）"] for at in range(10_000)),
            *[["计量单位：亿元"], list(TALK), ROW],
        ]
    ),
    "long notes": lambda: sheet([*TOP, ROW, *([f"{at}" + "字，" * 16_000] for at in range(300))]),
    "many submissions": lambda: sheet(by_department()),
    "many submissions of many columns": lambda: sheet(by_department(400)),
}  # fmt: skip


def judged(book: Book) -> tuple[list[Draft], list[Any]]:
    drafts = recognise(book, Origin(1, "a.xlsx", dt.date(2021, 6, 2)), zone())
    return drafts, [*normalise(drafts, {})[1], *check_envelopes(drafts, zone())]


# One of each kind at every change: brackets, columns, lines, totals, areas, sheets, submissions.
AT_EVERY_CHANGE = {
    "brackets behind a title's word", "thousands of columns", "notes", "totals",
    "areas over each other below", "many sheets", "many parts of a return", "many submissions",
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [name if name in AT_EVERY_CHANGE else nightly(name) for name in BOOKS]
)
def test_a_sheet_of_any_shape_takes_seconds(name: str) -> None:
    book = BOOKS[name]()
    started = time.process_time()
    drafts, findings = judged(book)
    # A busy machine counts twice as many.
    assert time.process_time() - started < 10
    said = [one for draft in drafts for one in draft.findings] + findings
    # None is turned back only because nobody foresaw it.
    assert not [one for one in said if one.rule == "E011"]
    assert len(said) < 100_000


def test_what_repeats_itself_is_said_once_for_all() -> None:
    (draft,), _ = judged(sheet([*TOP[:2], [*TALK, *NAMES[:100]], ROW + ["x"] * 150, [PEOPLE]]))
    told = [one.message for one in draft.findings]
    assert len(told) == 42
    assert "另有80列本表没有，已保存，不参与计算。" in told
    assert "另有30列没有表头，已保存，不参与计算。" in told


def test_totals_are_held_against_their_own_rows_however_many_there_are() -> None:
    rows = [one for at in range(300) for one in (ROW, total(12_000 + (at == 7)))]
    (draft,), findings = judged(sheet([*TOP, *rows, [PEOPLE]]))
    assert draft.rows_found == 300
    assert [(one.rule, one.row) for one in findings] == [("E008", 19)]
