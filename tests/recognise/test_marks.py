"""Marks of a sheet's cells in its table: what is shown, struck out, left out, long, a picture."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from flows.read.grid import Book, Grid, Shown
from flows.recognise import Draft, Origin, recognise
from flows.recognise.table import PICTURE

HEADERS = ["接待编号", "来访日期", "来访企业", "来源省份", "客商人数", "接待领导", "备注"]


def draft(rows: list[list[str]], **marks: Any) -> Draft:
    """A ledger of receptions with these rows from the third row on."""
    above = [["填报单位：招商局", "报告期：2021年5月"], HEADERS]
    book = Book("xlsx", [Grid("客商接待台账", [*above, *rows], **marks)])
    (made,) = recognise(
        book, Origin(1, "a.xlsx", dt.date(2021, 6, 2)), load_zone(PROJECT / "zone.toml")
    )
    return made


def guest(number: str, firm: str = "甲公司") -> list[str]:
    return [number, "2021-05-10", firm, "河北", "5", "主任", ""]


def test_a_mark_of_a_merged_cell_is_one_of_every_row_that_it_covers() -> None:
    table = (
        draft(
            [guest("1"), guest("", "乙公司"), guest("2", "丙公司")],
            merged=[(2, 0, 3, 0)],
            shown={(2, 0): Shown("JD-001", disagrees=True)},
            struck=[(2, 0)],
            long_numbers=[(2, 0)],
        )
        .slices[0]
        .table
    )
    assert table.texts["reception_no"] == ["JD-001", "JD-001", "2"]
    assert table.struck == {(0, "reception_no"), (1, "reception_no")}
    assert table.long_numbers == {(0, "reception_no"), (1, "reception_no")}


def test_what_a_merged_cell_shows_is_compared_with_what_it_stores_in_every_row() -> None:
    below = guest("2", "乙公司")
    below[4] = ""
    shown = {(2, 4): Shown("0.5", disagrees=True)}
    table = draft([guest("1"), below], merged=[(2, 4, 3, 4)], shown=shown).slices[0].table
    assert table.stored == {(0, "visitors"): "5", (1, "visitors"): "5"}
    assert table.texts["visitors"] == ["0.5", "0.5"]


def test_a_merged_date_is_the_stored_one_in_every_row() -> None:
    rows = [guest("1"), ["2", "", *guest("2", "乙公司")[2:]]]
    made = draft(rows, merged=[(2, 1, 3, 1)], shown={(2, 1): Shown("36:00", disagrees=True)})
    assert made.slices[0].table.texts["visited_on"] == ["2021-05-10", "2021-05-10"]


def test_a_date_is_the_stored_one_however_it_is_shown() -> None:
    table = draft([guest("1")], shown={(2, 1): Shown("36:00", disagrees=True)}).slices[0].table
    assert table.texts["visited_on"] == ["2021-05-10"]


def test_what_is_hidden_by_its_format_is_kept_and_said() -> None:
    made = draft([guest("1")], shown={(2, 4): Shown("")})
    assert made.slices[0].table.texts["visitors"] == ["5"]
    (said,) = [one for one in made.findings if one.rule == "E013"]
    assert (said.cell, said.severity.value) == ("E3", "info")


def test_many_hidden_cells_of_a_column_are_counted() -> None:
    rows = [guest(str(n), f"公司{n}") for n in range(30)]
    made = draft(rows, shown={(2 + n, 4): Shown("") for n in range(30)})
    said = [one.message for one in made.findings if one.rule == "E013"]
    assert len(said) == 21
    assert "另有10个单元格" in said[-1]


def test_what_was_left_out_is_said_without_the_names_of_people() -> None:
    made = draft([guest("1")], left_out={(2, 2): "乙公司", (2, 4): "3"})
    said = {one.cell: one.message for one in made.findings if one.rule == "E013"}
    assert "乙公司" in said["C3"]
    assert "“3”" in said["E3"]


def test_a_picture_in_a_cell_is_no_value() -> None:
    rows = [guest('=DISPIMG("ID_A1B2",1)'), guest('=_xlfn.DISPIMG("ID_A1B2",1)')]
    table = draft(rows).slices[0].table
    assert table.broken == {(0, "reception_no"): PICTURE, (1, "reception_no"): PICTURE}
    assert table.texts["reception_no"] == ["", ""]
