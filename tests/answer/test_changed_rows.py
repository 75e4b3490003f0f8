"""A submitted sheet's rows: cells coloured where they stand, or where nothing stands yet."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from flows.answer import rows
from flows.answer.rows import Sheet
from flows.answer.styles import Styles
from flows.answer.workbook import EMPTY, STYLES
from flows.answer.xml import MAIN

ERROR, WARNING = "error", "warning"


def sheet(cells: str, behind: str = "") -> bytes:
    """A sheet of these rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>{behind}</worksheet>'.encode()


def addresses(
    xml: bytes, severities: dict[tuple[int, int], str]
) -> tuple[list[str], dict[str, str]]:
    """The addresses of all cells in their order, and the styles of those that have one."""
    changed = Sheet(xml).changed(Styles(EMPTY[STYLES]), severities, frozenset())
    root = etree.fromstring(changed)
    order = [cell.get("r") for cell in root.iter(f"{{{MAIN}}}c")]
    return order, {c.get("r"): c.get("s") for c in root.iter(f"{{{MAIN}}}c") if c.get("s")}


FOUR_ROWS = "".join(
    f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="C{n}"><f>A{n}</f><v>2</v></c></row>'
    for n in (2, 3, 6, 9)
)


@pytest.mark.parametrize("size", [1, 60, 1 << 20])
def test_what_is_missing_is_put_in_its_place(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In front of, between and behind the rows and cells that are there, wherever a slice ends."""
    monkeypatch.setattr(rows, "_SLICE", size)
    at = {
        (0, 0): ERROR,
        (2, 1): ERROR,
        (4, 0): WARNING,
        (5, 2): ERROR,
        (8, 3): ERROR,
        (11, 0): ERROR,
    }
    order, styles = addresses(sheet(FOUR_ROWS), at)
    assert order == ["A1", "A2", "C2", "A3", "B3", "C3", "A5", "A6", "C6", "A9", "C9", "D9", "A12"]
    assert styles == {"A1": "1", "B3": "1", "A5": "2", "C6": "1", "D9": "1", "A12": "1"}


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_slices_make_no_difference(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_SLICE", size)
    behind = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    changed = Sheet(sheet(FOUR_ROWS, behind)).changed(Styles(EMPTY[STYLES]), {}, frozenset())
    expected = re.sub(r"<f>\w+</f>", "", sheet(FOUR_ROWS, behind).decode())
    assert etree.tostring(etree.fromstring(changed)).decode() == expected


def test_rows_and_cells_without_addresses_are_counted() -> None:
    bare = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>"
    order, styles = addresses(sheet(bare), {(0, 1): ERROR, (1, 0): ERROR, (2, 0): ERROR})
    assert order == ["A1", "B1", "A2", "A3"]
    assert set(styles) == {"B1", "A2", "A3"}


def test_an_empty_sheet_takes_a_note() -> None:
    xml = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()
    assert addresses(xml, {(1, 1): ERROR}) == (["B2"], {"B2": "1"})


@pytest.mark.parametrize(
    "xml",
    [
        sheet("<!-- <row> --><row/>"),
        sheet('<row r="3"/><row r="2"/>'),
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData/></x:worksheet>'.encode(),
        f'<chartsheet xmlns="{MAIN}"><sheetViews/></chartsheet>'.encode(),
    ],
    ids=["comment", "order", "prefix", "chart"],
)
def test_what_cannot_be_cut_is_refused(xml: bytes) -> None:
    with pytest.raises(ValueError):
        Sheet(xml).changed(Styles(EMPTY[STYLES]), {}, frozenset())
