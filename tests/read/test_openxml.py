"""What an .xlsx says beside its values: formats, struck and raised runs, stale formulas, part names."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from flows.read.formats import read
from flows.read.grid import NO_RESULT, Book, Grid, Shown, UnreadableError


def workbook(fill: Callable[[Any, Any], None]) -> bytes:
    """An .xlsx of one sheet that `fill` writes, by xlsxwriter."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        fill(book, book.add_worksheet("表"))
    return target.getvalue()


def rewritten(data: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """The container with parts and names changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w") as written,
    ):
        for name in source.namelist():
            written.writestr(*change(name, source.read(name)))
    return target.getvalue()


def sheet_of(data: bytes) -> Grid:
    (grid,) = read(data).sheets
    return grid


def formatted(value: Any, code: str | int) -> Grid:
    """A sheet of one cell with a format, by its code or its number."""

    def fill(book: Any, sheet: Any) -> None:
        style = book.add_format()
        style.set_num_format(code)
        sheet.write(0, 0, value, style)

    return sheet_of(workbook(fill))


# --- number formats ------------------------------------------------------------------------------


def test_what_a_format_shows_stands_beside_what_is_stored() -> None:
    grid = formatted(12.5, '0.00"亿元"')
    assert grid.rows == [["12.5"]]
    assert grid.shown == {(0, 0): Shown("12.5亿元")}


def test_a_format_by_number_is_known() -> None:
    assert formatted(0.5, 9).shown == {(0, 0): Shown("50%")}
    assert formatted(1.5, 46).shown == {(0, 0): Shown("36:00:00", disagrees=True)}
    assert formatted(300, 44).shown == {}


def test_a_text_is_not_dressed_as_a_number() -> None:
    assert formatted("300", '0"万元"').shown == {}
    assert formatted("三百", '0;-0;0;@"万元"').shown == {(0, 0): Shown("三百万元")}
    assert formatted(True, '0"万元"').shown == {}


def test_letters_of_dates_may_be_words() -> None:
    grid = formatted(7, "\\J\\D\\-000")
    assert grid.rows == [["7"]]
    assert grid.shown == {(0, 0): Shown("JD-007")}


def test_a_blank_cell_with_a_format_shows_nothing() -> None:
    assert formatted(None, '0"万元"').shown == {}


def test_dates_keep_what_they_are() -> None:
    grid = formatted(44326, 'yyyy"年"m"月"d"日"')
    assert grid.rows == [["2021-05-10"]]
    assert grid.shown == {}


def test_cells_need_not_say_where_they_stand() -> None:
    def fill(book: Any, sheet: Any) -> None:
        style = book.add_format({"num_format": '0"万元"'})
        sheet.write_row(0, 0, ["甲", "乙"])
        sheet.write_row(1, 0, [1, 2])
        sheet.write(1, 1, 2, style)

    bare = rewritten(
        workbook(fill),
        lambda name, part: (
            name,
            re.sub(rb'(<(?:c|row)) r="\w+"', rb"\1", part) if "sheet1" in name else part,
        ),
    )
    assert sheet_of(bare).shown == {(1, 1): Shown("2万元")}


def test_the_style_that_cells_have_without_naming_one_may_tell() -> None:
    book = openpyxl.Workbook()
    book["Sheet"]["A1"] = 12
    target = io.BytesIO()
    book.save(target)
    data = rewritten(
        target.getvalue(),
        lambda name, part: (
            name,
            re.sub(rb'(<cellXfs[^>]*><xf numFmtId=")0"', rb'\g<1>9"', part),
        ),
    )
    assert sheet_of(data).shown == {(0, 0): Shown("1200%")}


def test_single_quotes_and_prefixes_are_as_good() -> None:
    def change(name: str, part: bytes) -> tuple[str, bytes]:
        if "sheet1" in name:
            part = re.sub(rb'(\s[rst])="(\w+)"', rb"\1='\2'", part)
        return name, part

    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, 5, book.add_format({"num_format": '0"个"'}))

    assert sheet_of(rewritten(workbook(fill), change)).shown == {(0, 0): Shown("5个")}


# --- struck out, raised --------------------------------------------------------------------------


def in_runs(*runs: tuple[str, str]) -> Grid:
    """A sheet of one cell, its text in runs: each with how it looks ("", "struck", "raised")."""

    def fill(book: Any, sheet: Any) -> None:
        looks = {
            "": book.add_format({"bold": True}),
            "struck": book.add_format({"font_strikeout": True}),
            "raised": book.add_format({"font_script": 1}),
            "lowered": book.add_format({"font_script": 2}),
        }
        fragments = [part for text, look in runs for part in (looks[look], text)]
        assert sheet.write_rich_string(0, 0, *fragments) == 0

    return sheet_of(workbook(fill))


def test_what_is_struck_out_is_not_read() -> None:
    grid = in_runs(("500", "struck"), ("600", ""))
    assert grid.rows == [["600"]]
    assert grid.left_out == {(0, 0): "500"}
    assert grid.struck == []


def test_a_mark_of_a_footnote_is_not_read() -> None:
    grid = in_runs(("800", ""), ("1", "raised"))
    assert grid.rows == [["800"]]
    assert grid.left_out == {(0, 0): "1"}


@pytest.mark.parametrize(
    ("spelt", "text"),
    [("甲_xD83D_乙", "甲\ufffd乙"), ("甲_xD83D__xDE00_", "甲\U0001f600"), ("_x005F_甲", "_甲")],
)
def test_characters_spelt_out_are_whole(spelt: str, text: str) -> None:
    data = rewritten(
        workbook(_partly_struck),
        lambda name, part: (name, part.replace("此".encode(), spelt.encode())),
    )
    assert sheet_of(data).rows == [[text]]


def _partly_struck(book: Any, sheet: Any) -> None:
    sheet.write_rich_string(0, 0, "此", book.add_format({"font_strikeout": True}), "乙")


def test_a_power_is_left_to_the_rules() -> None:
    grid = in_runs(("10", ""), ("4", "raised"))
    assert grid.rows == [["10\n4"]]
    assert grid.left_out == {}


def test_a_text_struck_out_in_all_its_runs_is_struck_out() -> None:
    grid = in_runs(("500", "struck"), ("万元", "struck"))
    assert grid.rows == [["500万元"]]
    assert grid.struck == [(0, 0)]


def test_a_cell_in_a_struck_font_is_struck_out() -> None:
    def fill(book: Any, sheet: Any) -> None:
        struck = book.add_format({"font_strikeout": True})
        sheet.write(0, 0, 500, struck)
        sheet.write(0, 1, "甲项目", struck)
        sheet.write_blank(0, 2, None, struck)
        sheet.write(0, 3, 600)

    assert sheet_of(workbook(fill)).struck == [(0, 0), (0, 1)]


def test_a_run_with_a_font_of_its_own_is_not_struck_by_its_cell() -> None:
    book = openpyxl.Workbook()
    cell = book["Sheet"]["A1"]
    cell.value = CellRichText("500", TextBlock(InlineFont(b=True), "600"))
    cell.font = openpyxl.styles.Font(strike=True)
    target = io.BytesIO()
    book.save(target)
    grid = sheet_of(target.getvalue())
    assert grid.rows == [["600"]]
    assert grid.left_out == {(0, 0): "500"}
    assert grid.struck == []


def test_a_strike_that_is_switched_off_strikes_nothing() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, 500, book.add_format({"font_strikeout": True}))

    off = rewritten(
        workbook(fill),
        lambda name, part: (name, part.replace(b"<strike/>", b'<strike val="0"/>')),
    )
    assert sheet_of(off).struck == []


def test_texts_that_stand_in_their_cells_have_runs_too() -> None:
    runs = b"<is><r><rPr><strike/></rPr><t>500</t></r><r><t>600</t></r></is>"

    def change(name: str, part: bytes) -> tuple[str, bytes]:
        if "sheet1" in name:
            part = part.replace(b"<v>1</v>", runs).replace(b'r="A1"', b'r="A1" t="inlineStr"')
        return name, part

    grid = sheet_of(rewritten(workbook(lambda _, sheet: sheet.write(0, 0, 1)), change))
    assert grid.rows == [["600"]]
    assert grid.left_out == {(0, 0): "500"}


def test_ruby_is_no_part_of_a_text() -> None:
    def change(name: str, part: bytes) -> tuple[str, bytes]:
        ruby = b'<rPh sb="0" eb="1"><t>1234</t></rPh></si>'
        return name, part.replace(b"</si>", ruby) if "sharedStrings" in name else part

    def fill(_: Any, sheet: Any) -> None:
        sheet.write(0, 0, "谷城")

    assert sheet_of(rewritten(workbook(fill), change)).rows == [["谷城"]]


LOOKS = st.sampled_from(["", "struck", "raised", "lowered"])
RUNS = st.lists(
    st.tuples(st.text("0123456789.", min_size=1, max_size=4), LOOKS), min_size=2, max_size=5
)


@settings(max_examples=60, deadline=None)
@given(RUNS)
def test_runs_never_join_into_a_number_that_nobody_wrote(runs: list[tuple[str, str]]) -> None:
    grid = in_runs(*runs)
    if grid.struck:
        return
    (text,) = grid.rows[0]
    # Neighbours that look alike are one run.
    whole = ["".join(part) for part in re.findall(r"\x00([^\x00\x01]*)", _joined(runs))]
    assert all(line in whole for line in text.split("\n"))


def _joined(runs: list[tuple[str, str]]) -> str:
    joined, last = "", None
    for text, look in runs:
        joined += text if look == last else f"\x00{text}"
        last = look
    return joined


# --- formulas that wait to be calculated ---------------------------------------------------------


def formulas(*results: Any, asks: bool = True) -> Grid:
    """A sheet of formulas with these results; whether the workbook asks to be calculated."""

    def fill(_: Any, sheet: Any) -> None:
        for column, result in enumerate(results):
            sheet.write_formula(0, column, "=1+1", None, result)

    data = workbook(fill)
    if not asks:
        data = rewritten(data, lambda name, part: (name, part.replace(b' fullCalcOnLoad="1"', b"")))
    return sheet_of(data)


def test_nothing_and_zero_are_no_results_where_the_workbook_asks_to_be_calculated() -> None:
    assert formulas(0, 5, "", "0.0").broken == {
        (0, 0): NO_RESULT,
        (0, 2): NO_RESULT,
        (0, 3): NO_RESULT,
    }


def test_zero_is_a_result_where_it_was_calculated() -> None:
    assert formulas(0, 5, asks=False).broken == {}


def _java(name: str, part: bytes) -> tuple[str, bytes]:
    """As programs in Java write: every number with its point, and no word of calculating."""
    part = part.replace(b' fullCalcOnLoad="1"', b"")
    return name, re.sub(rb"<v>(\d+)</v>", rb"<v>\1.0</v>", part) if "sheet1" in name else part


@pytest.mark.parametrize(("results", "broken"), [((0, 0), {(0, 0), (0, 1)}), ((0, 5), set())])
def test_zeros_alone_are_no_results_where_java_wrote_them(
    results: tuple[int, int], broken: set[tuple[int, int]]
) -> None:
    def fill(_: Any, sheet: Any) -> None:
        for column, result in enumerate(results):
            sheet.write_formula(0, column, "=1+1", None, result)
        sheet.write(0, 2, 0)

    assert set(sheet_of(rewritten(workbook(fill), _java)).broken) == broken


def test_a_typed_zero_is_a_zero() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write(0, 0, 0)
        sheet.write_formula(0, 1, "=1+1", None, 2)

    assert sheet_of(workbook(fill)).broken == {}


# --- names of parts ------------------------------------------------------------------------------


def _capital(name: str, part: bytes) -> tuple[str, bytes]:
    return name.replace("sheet1", "Sheet1"), part


def _shouted(name: str, part: bytes) -> tuple[str, bytes]:
    return name.replace("xl/", "XL/").replace("workbook", "Workbook"), part


def _backslashes(name: str, part: bytes) -> tuple[str, bytes]:
    return name.replace("/", "\\"), part


def _backslash_targets(name: str, part: bytes) -> tuple[str, bytes]:
    return name, part.replace(b'"worksheets/', b'"worksheets\\')


def _absolute(name: str, part: bytes) -> tuple[str, bytes]:
    return name, part.replace(b'"worksheets/', b'"/xl/worksheets/')


def _dotted(name: str, part: bytes) -> tuple[str, bytes]:
    return name, part.replace(b'"worksheets/', b'"./../xl/worksheets/')


def _other_workbook(name: str, part: bytes) -> tuple[str, bytes]:
    return name.replace("workbook", "workbook22"), part.replace(
        b"xl/workbook.xml", b"xl/workbook22.xml"
    )


def _other_texts(name: str, part: bytes) -> tuple[str, bytes]:
    return name.replace("sharedStrings", "texts"), part.replace(b'"sharedStrings', b'"texts')


def _other_styles(name: str, part: bytes) -> tuple[str, bytes]:
    return name.replace("styles", "Looks"), part.replace(b'"styles', b'"looks')


@pytest.mark.parametrize(
    "change",
    [
        _capital,
        _shouted,
        _backslashes,
        _backslash_targets,
        _absolute,
        _dotted,
        _other_workbook,
        _other_texts,
        _other_styles,
    ],
)
def test_parts_are_found_as_spreadsheet_programs_find_them(
    change: Callable[[str, bytes], tuple[str, bytes]],
) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "甲")
        sheet.write(0, 1, 12, book.add_format({"num_format": '0"亿元"'}))
        sheet.write_formula(0, 2, "=A9", None, "#REF!")
        sheet.write_datetime(0, 3, _DAY, book.add_format({"num_format": "yyyy-mm-dd"}))

    data = workbook(fill)
    grid = sheet_of(rewritten(data, change))
    assert grid == sheet_of(data)
    assert grid.rows == [["甲", "12", "", "2021-05-10"]]
    assert grid.broken == {(0, 2): "#REF!"}
    assert grid.shown == {(0, 1): Shown("12亿元")}


def test_a_container_that_names_no_workbook_is_damaged_and_no_fault_of_ours() -> None:
    def without(name: str, part: bytes) -> tuple[str, bytes]:
        return _other_texts(name, part.replace(b'/officeDocument"', b'/other"'))

    with pytest.raises(UnreadableError, match="已损坏"):
        sheet_of(rewritten(workbook(lambda _, sheet: sheet.write(0, 0, "甲")), without))


_DAY = dt.datetime(2021, 5, 10)  # noqa: DTZ001 - a cell


# --- long numbers --------------------------------------------------------------------------------


def test_numbers_that_have_lost_digits_are_marked() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, [123456789012345, 1234567890123456, "1234567890123456"])
        sheet.write_row(1, 0, [24952000000010912345, 1.5])

    assert sheet_of(workbook(fill)).long_numbers == [(0, 1), (1, 0)]


def test_marks_come_out_of_the_process_that_reads() -> None:
    grid = Grid(
        "表", [["1"]], struck=[(0, 0)], shown={(0, 0): Shown("1万元", disagrees=True)},
        left_out={(0, 0): "2"}, long_numbers=[(0, 0)],
    )  # fmt: skip
    book = Book("xlsx", [grid])
    assert Book.from_plain(book.to_plain()) == book
