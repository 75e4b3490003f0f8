"""XML may say the same in many ways: whichever a file has, the same is read of it, or it is E011."""

from __future__ import annotations

import datetime as dt
import os
import re
from functools import cache
from random import Random

import pytest
from drop import SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st
from renderer import Broken, Dressed, Formula, Rich, Sheet, write
from renderer.hostile import part, repacked
from renderer.spelling import SPELLINGS, respelt, respelt_page

from flows.read import openxml, spelling
from flows.read.formats import read
from flows.read.grid import NO_RESULT, Book, Shown, UnreadableError

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
WAYS = st.sets(st.sampled_from(SPELLINGS), min_size=1, max_size=5)
# Of each format; `make nightly` asks for more.
EXAMPLES = int(os.environ.get("SPELLINGS", "30"))
SEEDS = st.integers(0, 2**32)


@cache
def sheets() -> tuple[Sheet, ...]:
    """Whatever a sheet may have that is told by more than the value of a cell."""
    rich = Rich((("500", "struck"), ("600", "plain"), ("1", "raised")))
    struck = Rich((("作", "struck"), ("废", "struck")))
    first = Sheet.of(
        [
            ["编号", "金额", "a & <b> \"q\" 's' ]]> = 1", "两\n行", " 前后空白 "],
            ["GCKF-2021-0001", 1.5, Dressed(0.5, "0%"), Broken("#REF!"), 0],
            ["乙", True, dt.date(2021, 5, 1), Formula("=1+1", 2), Broken("#DIV/0!")],
            [Formula("=A1"), Formula('=A1&"<x"', "x>y"), rich, Dressed(7, is_struck=True), -3.25],
            [Dressed(12.5, '0.00"亿元"'), struck, Dressed("丙", is_struck=True), 1e15, 10],
        ]
    )
    first.hidden_rows.add(2)
    first.hidden_columns.add(1)
    first.merge(5, 0, 6, 2)
    first.cells[5, 0] = "合并"
    first.cells[9, 4] = "远处"
    second = Sheet.of([["隐藏"], [Formula("=A1", 0.5)]], name="附 & 页")
    second.is_hidden = True
    return first, second


@cache
def plain(kind: str) -> tuple[bytes, Book]:
    data = write(sheets(), kind)
    return data, read(data)


def test_the_plain_spelling_says_it_all() -> None:
    """What the others are compared with has every mark."""
    first, second = plain("xlsx")[1].sheets
    assert set(first.broken.values()) == {"#REF!", "#DIV/0!", NO_RESULT}
    assert first.shown == {(1, 2): Shown("50%"), (4, 0): Shown("12.5亿元")}
    assert sorted(first.struck) == [(3, 3), (4, 1), (4, 2)]
    assert (first.rows[3][2], first.left_out) == ("600", {(3, 2): "500；1"})
    assert (first.hidden_rows, first.hidden_columns) == ([2], [1])
    assert first.merged and first.long_numbers and second.is_hidden


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xml as xls"])
@settings(max_examples=EXAMPLES, deadline=None)
@given(ways=WAYS, seed=SEEDS)
def test_whatever_the_spelling_the_same_is_read(kind: str, ways: set[str], seed: int) -> None:
    data, book = plain(kind)
    assert read(respelt(data, kind, ways, Random(seed))) == book  # noqa: S311


@pytest.mark.parametrize("way", SPELLINGS)
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xml as xls"])
def test_each_way_of_spelling_by_itself(kind: str, way: str) -> None:
    data, book = plain(kind)
    for seed in range(2):
        assert read(respelt(data, kind, {way}, Random(seed))) == book  # noqa: S311


@settings(max_examples=EXAMPLES, deadline=None)
@given(ways=WAYS, seed=SEEDS)
def test_whatever_the_spelling_of_a_page_the_same_is_read(ways: set[str], seed: int) -> None:
    data, book = plain("html as xls")
    assert read(respelt_page(data.decode("gb18030"), ways, Random(seed)).encode("gb18030")) == book  # noqa: S311


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("2021-05/*/*.xlsx"))[:6], ids=lambda one: one.name
)
def test_samples_in_every_way_at_once(path: object) -> None:
    data = path.read_bytes()  # type: ignore[attr-defined]
    assert read(respelt(data, "xlsx", SPELLINGS, Random(1))) == read(data)  # noqa: S311


def test_what_programs_write_is_not_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """That would cost more than reading it."""

    def refuse(*_: object) -> None:
        raise AssertionError("written anew")

    monkeypatch.setattr(openxml, "put_as_usual", refuse)
    for path in SAMPLES.glob("2021-05/*/*.xlsx"):
        read(path.read_bytes())
    read(plain("xlsx")[0])


# --- what each search has to take ------------------------------------------------------------------


def changed(xml: str, name: str = SHEET, kind: str = "xlsx") -> Book:
    return read(repacked(write([Sheet.of([["甲", 1]])], kind), {name: xml}))


def sheet_xml(rows: str, before: str = "") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData></worksheet>'


@pytest.mark.parametrize(
    "cell",
    [
        "<c t='e' r='B1'><v>#N/A</v></c>",
        '<c r = "B1" t\n=\n"e"><v >#N/A</v ></c >',
        '<c note="a>b" r="B1" t="e"><v>#N/A</v></c>',
        '<c r="B1" t="&#101;"><v>#N&#x2F;A</v></c>',
        '<c r="B1" t="e"><v><![CDATA[#N/A]]></v></c>',
        '<c r="B1" t="e"><v>#N<!-- t="s" -->/A</v></c>',
    ],
)
def test_errors(cell: str) -> None:
    (grid,) = changed(sheet_xml(f'<row r="1"><c r="A1"><v>1</v></c>{cell}</row>')).sheets
    assert (grid.rows, grid.broken) == ([["1", ""]], {(0, 1): "#N/A"})


@pytest.mark.parametrize("row", ["<row hidden='1' r='1'>", '<row\nr="1" hidden = "true">'])
def test_hidden_rows(row: str) -> None:
    (grid,) = changed(sheet_xml(f'{row}<c r="A1"><v>1</v></c></row>')).sheets
    assert grid.hidden_rows == [0]


@pytest.mark.parametrize(
    "formula", ["<f>1+1</f >", "<f/><v/>", "<f\nt='shared' si='0'/>", "<f>1</f><v ></v>"]
)
def test_formulas_without_a_result(formula: str) -> None:
    (grid,) = changed(
        sheet_xml(f'<row r="1"><c r="A1">{formula}</c><c r="B1"><v>1</v></c></row>')
    ).sheets
    assert grid.broken == {(0, 0): NO_RESULT}


@pytest.mark.parametrize(
    "far",
    [
        '<row r="900000"><c r="Z900000"><v>1</v></c></row>',
        "<row spans='1:1' r='900000'><c r='Z900000'><v>1</v></c></row>",
        '<row r = "20000"><c r\n=\n"XFD20000"><v>1</v></c></row>',
        "<row r='20000'><c t='n' r='XFD20000'><v>1</v></c></row>",
        '<x:row xmlns:x="urn:x" r="20000"><x:c r="XFD20000"><v>1</v></x:c></x:row>',
    ],
)
def test_far_cells(far: str) -> None:
    with pytest.raises(UnreadableError, match="范围过大"):
        changed(sheet_xml(f'<row r="1"><c r="A1"><v>1</v></c></row>{far}'))


def test_what_stands_in_a_comment_is_no_mark() -> None:
    (grid,) = changed(
        sheet_xml(
            "<row r='1'><!-- <row hidden='1'><c r='A1' t='e'> --><c r='A1'><v>1</v></c></row>"
        )
    ).sheets
    assert (grid.rows, grid.broken, grid.hidden_rows) == ([["1"]], {}, [])


DOCTYPE = '<!DOCTYPE x [<!ENTITY e "ha">]>'


@pytest.mark.parametrize(
    ("kind", "name"), [("xlsx", SHEET), ("xlsx", TEXTS), ("ods", "content.xml")]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_declarations_are_seen_in_any_encoding(kind: str, name: str, encoding: str) -> None:
    data = write([Sheet.of([["甲", 1]])], kind)
    xml = re.sub(r"<\?xml.*?\?>", "", part(data, name).decode())
    with pytest.raises(UnreadableError, match="实体声明"):
        read(repacked(data, {name: (DOCTYPE + xml).encode(encoding)}))


@pytest.mark.parametrize("name", [SHEET, TEXTS, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("encoding", ["gb2312", "GB18030", "iso-8859-1"])
def test_other_encodings_are_read_as_they_are_declared(name: str, encoding: str) -> None:
    data = write([Sheet.of([["甲" if encoding.lower() != "iso-8859-1" else "é", 1.5]])], "xlsx")
    xml = re.sub(
        r"<\?xml.*?\?>", f"<?xml version='1.0' encoding='{encoding}'?>", part(data, name).decode()
    )
    assert read(repacked(data, {name: xml.encode(encoding)})) == read(data)


@pytest.mark.parametrize("name", [SHEET, TEXTS, "xl/workbook.xml", "xl/styles.xml"])
def test_an_encoding_that_nobody_knows_is_no_reason_to_guess(name: str) -> None:
    data = write([Sheet.of([["甲", Dressed(0.5, "0%")]])], "xlsx")
    xml = part(data, name).replace(b'encoding="UTF-8"', b'encoding="x-own"')
    with pytest.raises(UnreadableError):
        read(repacked(data, {name: xml}))


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_that_is_no_xml_is_not_read_without_its_marks(name: str) -> None:
    data = write([Sheet.of([["甲", Dressed(0.5, "0%")]])], "xlsx")
    with pytest.raises(UnreadableError):
        read(repacked(data, {name: part(data, name).replace(b"?>", b"?><x:y/>", 1)}))


def test_a_sheet_that_is_no_xml_is_damaged_and_the_others_are_read() -> None:
    """However much of it a lenient reader would make out."""
    two = [Sheet.of([["甲", Broken()]], name=name) for name in ("好", "坏")]
    data = write(two, "xlsx")
    xml = part(data, "xl/worksheets/sheet2.xml").replace(b"</sheetData>", b"</x></sheetData>")
    book = read(repacked(data, {"xl/worksheets/sheet2.xml": xml}))
    assert ([one.name for one in book.sheets], book.damaged) == (["好"], ["坏"])


@pytest.mark.parametrize("way", SPELLINGS)
def test_the_relations_of_an_xlsb_may_be_spelt_otherwise(way: str) -> None:
    data, book = plain("xlsb")
    for seed in range(2):
        assert read(respelt(data, "xlsb", {way}, Random(seed))) == book  # noqa: S311


def test_an_xml_spreadsheet_is_known_whatever_stands_before_it() -> None:
    data, book = plain("xml as xls")
    head, _, rest = data.partition(b"<Workbook")
    note = b"<!-- " + b"x" * 5_000 + b" -->"
    assert read(head + note + b"<Workbook" + rest) == book


# --- the usual spelling itself ---------------------------------------------------------------------

PIECES = st.sampled_from(
    ["<", ">", "<!--", "-->", "<?", "?>", "<![CDATA[", "]]>", "<a b='>'>", "</a>", "&#65;", "&#x41;",
     "&#60;", "&#9;", "&amp;", "x", '"', "'", " ", "甲"]
)  # fmt: skip


@given(st.lists(PIECES))
def test_what_was_put_in_the_usual_spelling_is_so(pieces: list[str]) -> None:
    """Of XML that is well formed: of other texts nothing is asked but that they come to an end."""
    once = spelling.usual("".join(pieces).encode())
    assert b"<!--" not in once or not _is_xml(once)
    if _is_xml("".join(pieces).encode()):
        assert spelling.is_usual(once)
        assert _said(once) == _said("".join(pieces).encode())


def _is_xml(text: bytes) -> bool:
    try:
        openxml.parse(b"<r>" + text + b"</r>")
    except Exception:
        return False
    return True


def _said(text: bytes) -> str:
    return "".join(openxml.parse(b"<r>" + text + b"</r>").itertext())


@pytest.mark.parametrize("unclosed", [b"<!--", b"<?x ", b"<![CDATA[", b"<a '", b"&#"])
def test_what_never_ends_costs_no_more_than_its_length(unclosed: bytes) -> None:
    """Were every beginning followed to the end, this would take hours."""
    text = unclosed * 500_000
    spelling.usual(text)
    spelling.is_usual(text)


@pytest.mark.parametrize("blanks", [1, 190, 5_000])
def test_a_declaration_of_any_length_says_the_encoding(blanks: int) -> None:
    head = "<?xml version='1.0'" + " " * blanks + "encoding='gbk'?>"
    gbk = f"{head}<sst><si><t>客商</t></si></sst>".encode("gbk")
    assert not spelling.is_usual(gbk)
    assert spelling.usual(gbk) == "<sst><si><t>客商</t></si></sst>".encode()
