"""What number formats show, and what is struck out or raised, in every format that has them."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renderer import FORMATS, Dressed, Rich, Sheet, Value, write

from flows.read.binary import _xls_parts
from flows.read.formats import read
from flows.read.grid import Grid, Shown

KINDS = [name for name, one in FORMATS.items() if one.ending not in {"csv", "tsv"}]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def grid_of(kind: str, *values: Value) -> Grid:
    """A sheet with a header and the values, each at the beginning of a row of its own."""
    rows: list[list[Value]] = [["编号", "金额", "备注"], *([one, "甲", "乙"] for one in values)]
    return read(write([Sheet.of(rows)], kind)).sheets[0]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (12.5, '0.00"亿元"', Shown("12.5亿元")),
        (12500, '#,##0.00,"万"', Shown("12.5万", True)),
        (12500, "#,##0,", Shown("12.5", True)),
        (0.5, "0%", Shown("50%")),
        (300, "\\-0.00", Shown("-300")),
        (300, "[$US$-409]#,##0.00", Shown("US$300")),
        (1, '"JD-202104-"000', Shown("JD-202104-001", True)),
        (1, "000000", Shown("000001")),
        (2.1, '0.0"万公里"', Shown("2.1万公里")),
        (500, '"";"";""', Shown("")),
        (500, "0.00", None),
        (500, "#,##0.00", None),
        (-500, "0.00_);\\(0.00\\)", None),
        (500, "General", None),
    ],
)
def test_what_a_format_shows(kind: str, value: float, code: str, shown: Shown | None) -> None:
    grid = grid_of(kind, Dressed(value, code), value)
    assert grid.shown == ({(1, 0): shown} if shown else {})
    assert grid.rows[1][0] == grid.rows[2][0] == str(value)


def test_cells_and_texts_that_are_struck_out(kind: str) -> None:
    struck = Rich((("5", "struck"), ("00", "struck")))
    values = (Dressed(500, is_struck=True), Dressed("作废", is_struck=True), struck, 500)
    grid = grid_of(kind, *values)
    assert sorted(grid.struck) == [(1, 0), (2, 0), (3, 0)]
    assert [row[0] for row in grid.rows[1:]] == ["500", "作废", "500", "500"]


@pytest.mark.parametrize(
    ("parts", "text", "left_out"),
    [
        ((("500", "struck"), ("600", "plain")), "600", "500"),
        ((("800", "plain"), ("1", "raised")), "800", "1"),
        (
            (("武汉市𠮷", "struck"), ("甲公司", "plain"), ("注1", "raised")),
            "甲公司",
            "武汉市𠮷；注1",
        ),
        ((("H", "plain"), ("2", "lowered"), ("O", "plain")), "H2O", ""),
        ((("10", "plain"), ("4", "raised")), "10\n4", ""),
        ((("1", "plain"), ("2", "struck"), ("3", "plain")), "1\n3", "2"),
    ],
)
def test_texts_of_parts(
    kind: str, parts: tuple[tuple[str, str], ...], text: str, left_out: str
) -> None:
    if kind == "xls of Excel 5":
        parts = tuple((one.replace("𠮷", "吉"), font) for one, font in parts)
        left_out = left_out.replace("𠮷", "吉")
    grid = grid_of(kind, Rich(parts), "甲")
    assert grid.rows[1][0] == text
    assert grid.left_out == ({(1, 0): left_out} if left_out else {})


@given(st.data(), st.lists(st.tuples(st.text("甲a1", min_size=1, max_size=9), st.booleans())))
def test_shared_texts_are_cut_into_records_anywhere(
    data: st.DataObject, texts: list[tuple[str, bool]]
) -> None:
    """A text goes on in the next record, which says anew how wide its characters are."""
    chunks = [struct.pack("<II", len(texts), len(texts))]
    expected = {}
    for number, (text, has_parts) in enumerate(texts):
        if data.draw(st.booleans()):
            chunks.append(b"")
        is_wide = not text.isascii() or data.draw(st.booleans())
        chunks[-1] += struct.pack("<HB", len(text), is_wide | 8 * has_parts)
        chunks[-1] += struct.pack("<H", 1) if has_parts else b""
        cut = data.draw(st.integers(0, len(text)))
        chunks[-1] += text[:cut].encode("utf-16-le" if is_wide else "latin-1")
        if 0 < cut < len(text):
            is_wide = not text.isascii() or data.draw(st.booleans())
            chunks.append(bytes([is_wide]))
        chunks[-1] += text[cut:].encode("utf-16-le" if is_wide else "latin-1")
        if has_parts:
            expected[number] = text
            chunks[-1] += struct.pack("<HH", 0, 5)
    found, _ = _xls_parts(chunks, is_wanted=True)
    assert {number: one.wide.decode("utf-16-le") for number, one in found.items()} == expected


@pytest.mark.parametrize("kind", ["ods", "xlsb"])
@pytest.mark.parametrize("change", ["slashes", "case"])
def test_names_of_parts_are_the_same_whatever_their_case_and_slashes(
    kind: str, change: str
) -> None:
    data = write([Sheet.of([["编号", "金额", "备注"], [Dressed(1, '0"亿元"'), "a", "b"]])], kind)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            other = name.replace("/", "\\") if change == "slashes" else name.upper()
            new.writestr(zipfile.ZipInfo(other), old.read(name))
    (grid,) = read(target.getvalue()).sheets
    assert grid.rows[1] == ["1", "a", "b"]
    assert grid.shown == {(1, 0): Shown("1亿元")}


@pytest.mark.parametrize("target", ["worksheets/SHEET1.bin", "/xl/worksheets/sheet1.bin"])
def test_the_sheet_of_an_xlsb_is_found_as_its_relation_says(target: str) -> None:
    data = write([Sheet.of([["编号", "金额", "备注"], [1, "a", "b"]])], "xlsb")
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"worksheets/sheet1.bin", target.encode()))
    (grid,) = read(changed.getvalue()).sheets
    assert grid.rows[1] == ["1", "a", "b"]
