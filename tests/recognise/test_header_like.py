"""Sheets full of what may be a header cost by their length, and not by its square."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from counted import steps

import schemas
from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from flows.read.grid import Book, Grid
from flows.recognise import Draft, Origin, recognise

ZONE = load_zone(PROJECT / "zone.toml")
NAMES = [column.header for model in schemas.all_returns() for column in model.columns().values()]
GUESTS = ["接待编号", "来访日期", "来访企业", "来源省份", "客商人数", "备注"]
TABLE = [["客商接待台账"], ["填报单位：招商局", "报告期：2021年5月"], GUESTS]
Rows = list[list[str]]


def name(number: int) -> str:
    return NAMES[number % len(NAMES)]


def block(cells: int, ending: str = "") -> Rows:
    """Rows of 500 headers; with an ending in braces none is quite one."""
    return [
        [name(row * 7 + column) + ending.format(row, column) for column in range(500)]
        for row in range(cells // 500)
    ]


SHAPES: dict[str, Callable[[int], Rows]] = {
    "a block of headers": block,
    "a block of what is nearly one": lambda cells: block(cells, "{}之{}"),
    "one wide row": lambda cells: [[f"{name(n)}{'甲' * (n // len(NAMES))}" for n in range(cells)]],
    "the header on every page": lambda cells: [
        *TABLE,
        *(GUESTS if n % 2 else [f"JD-{n}", "2021-05-06", "甲", "广东", "3", ""] for n in range(cells // 6)),
    ],
    "rows that begin as a header does": lambda cells: [
        *TABLE, *(["接待编号", "来访日期", f"x{n}"] for n in range(cells // 3))
    ],
    "rows of other headers": lambda cells: [
        *TABLE, *([name(n * 3 + k) for k in range(6)] for n in range(cells // 6))
    ],
    "titles": lambda cells: [
        *TABLE, *(["签约项目月报表", "在谈项目月报表", f"x{n}"] for n in range(cells // 3))
    ],
    "lines of the envelope": lambda cells: [
        *TABLE, *(["填报单位：招商局", "报告期：2021年5月", "计量单位：万元"] for _ in range(cells // 3))
    ],
    "units": lambda cells: [*TABLE, *(["万元", "个", "亿元"] for _ in range(cells // 3))],
}  # fmt: skip


def recognised(rows: Rows) -> list[Draft]:
    book = Book("csv", [Grid("表", rows)])
    return recognise(book, Origin(1, "a.csv", dt.date(2021, 6, 2)), ZONE)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_work_grows_as_the_cells_do(shape: str) -> None:
    small, large = SHAPES[shape](2_000), SHAPES[shape](4_000)
    # What is remembered of texts is the same for both, whatever ran before.
    recognised(large)
    few, many = steps(lambda: recognised(small)), steps(lambda: recognised(large))
    assert many <= 2.4 * few + 20_000, (few, many)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_cell_costs_much(shape: str) -> None:
    """Every heading was compared with every return: a thousand calls a cell."""
    cells = 3_000
    assert steps(lambda: recognised(SHAPES[shape](cells))) <= 400 * cells + 100_000


@pytest.mark.nightly
@pytest.mark.parametrize("shape", SHAPES)
def test_twenty_sheets_of_thirty_thousand_cells(shape: str) -> None:
    few, *others = (
        steps(lambda cells=cells: recognised(SHAPES[shape](cells)))  # type: ignore[misc]
        for cells in (12_000, *[30_000] * 20)
    )
    # Two and a half times the cells.
    assert max(others) <= 3 * few
