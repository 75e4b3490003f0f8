"""What a damaged part would make of its cells is not read: a sheet is whole, or it is turned back."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from struct import calcsize, pack, unpack_from

import olefile  # type: ignore[import-untyped]
import pytest
from renderer import Dressed, Formula, Rich, Sheet, Value, write
from renderer.biff import ole2
from renderer.hostile import part, repacked

from flows.read.formats import read
from flows.read.grid import Book, UnreadableError

ROWS: list[list[Value]] = [["编号", "金额"], ["JD-2021-070", 12000], ["JD-2021-071", 35]]
# The same as shared texts of one run each, which is how .xls and .xlsb keep all texts.
RICH: list[list[Value]] = [[Rich(((str(one), "plain"),)) for one in row] for row in ROWS]
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
BINARY_SHEET, BINARY_TEXTS = "xl/worksheets/sheet1.bin", "xl/sharedStrings.bin"
GOOD = write([Sheet.of(ROWS, name="甲"), Sheet.of(ROWS, name="乙")], "xlsx")


def sheets_of(book: Book) -> list[str]:
    return [one.name for one in book.sheets]


def with_sheet(old: bytes, new: bytes) -> bytes:
    """The workbook with something else in its first sheet."""
    xml = part(GOOD, SHEET)
    assert old in xml
    return repacked(GOOD, {SHEET: xml.replace(old, new)})


def behind_the_check_sum(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A part that lies there unpacked, changed while the sum over it stays what it was."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(target, "w") as stored:
        for entry in archive.namelist():
            stored.writestr(entry, archive.read(entry))
    content = part(data, name)
    assert content.count(old) == 1 and len(old) == len(new)
    return target.getvalue().replace(content, content.replace(old, new))


def test_a_sheet_that_is_not_what_was_stored_is_damaged_and_the_other_is_read() -> None:
    book = read(behind_the_check_sum(GOOD, SHEET, b"<v>12000</v>", b"<v>92000</v>"))
    assert (book.damaged, sheets_of(book)) == (["甲"], ["乙"])


@pytest.mark.parametrize("name", [TEXTS, "xl/styles.xml", "xl/workbook.xml"])
def test_what_all_sheets_rest_on_must_be_what_was_stored(name: str) -> None:
    last = part(GOOD, name)[-20:]
    with pytest.raises(UnreadableError):
        read(behind_the_check_sum(GOOD, name, last, last.replace(b">", b" ", 1)))


def test_shared_texts_of_an_xlsb_must_be_what_was_stored() -> None:
    data = write([Sheet.of(RICH)], "xlsb")
    old, new = ("JD-2021-07".encode("utf-16-le") + last for last in (b"0\0", b"9\0"))
    with pytest.raises(UnreadableError):
        read(behind_the_check_sum(data, BINARY_TEXTS, old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="A1" t="s"><v>0</v></c>', b'<c r="A1" t="s">0</v></c>'),
        (b"</row>", b""),
        (b"<sheetData>", b"<sheetData><sheetData>"),
        (b'r="A1"', b'r="A1" r="A1"'),
        (b'r="A1"', b"r=A1"),
        # A prefix that stands for nothing.
        (b'r="A1"', b'x:r="A1"'),
        (b"<row ", b'<row x:ht="9" '),
    ],
)
def test_a_sheet_whose_marks_are_torn_is_damaged(old: bytes, new: bytes) -> None:
    book = read(with_sheet(old, new))
    assert (book.damaged, sheets_of(book)) == (["甲"], ["乙"])


@pytest.mark.parametrize("name", [TEXTS, "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])  # fmt: skip
def test_what_all_sheets_rest_on_must_be_whole(name: str) -> None:
    torn = part(GOOD, name).replace(b"/>", b">", 1) if name != TEXTS else part(GOOD, name) + b"<t>"
    with pytest.raises(UnreadableError):
        read(repacked(GOOD, {name: torn}))


@pytest.mark.parametrize("index", [b" 3 ", b"-1", b"3.0", b"x", b"1e0"])
def test_a_text_whose_number_is_not_plain_is_not_the_first_text(index: bytes) -> None:
    data = with_sheet(b'<c r="A3" t="s"><v>3</v></c>', b'<c r="A3" t="s"><v>%s</v></c>' % index)
    assert read(data).damaged == ["甲"]


@pytest.mark.parametrize("number", [b"1200&#48;", b"1200<!--x-->0", b"<![CDATA[12000]]>", b"1200<?x?>0"])  # fmt: skip
def test_a_number_in_pieces_is_not_read_as_its_first_piece(number: bytes) -> None:
    book = read(with_sheet(b"<v>12000</v>", b"<v>%s</v>" % number))
    assert book.sheets[0].rows[1] == ["JD-2021-070", "12000"]


@pytest.mark.parametrize("index", [b"3<!--x-->", b"&#51;", b"<![CDATA[3]]>"])
def test_the_number_of_a_text_in_pieces_is_that_of_the_text(index: bytes) -> None:
    data = with_sheet(b'<c r="A3" t="s"><v>3</v></c>', b'<c r="A3" t="s"><v>%s</v></c>' % index)
    assert read(data).sheets[0].rows == read(GOOD).sheets[0].rows


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="B2"><f>A1&amp;"&#10;"</f><v>12000</v></c>',
        b"<c r='B2' ><v >12000</v></c>",
        b'<c r="B2"><!-- sum --><v>12000</v></c>',
        b'<c r="B2"><v>12000</v><!-- sum --></c> <!-- row --> ',
        b'<c r="B2">\n<v>12000</v>\n<extLst><ext uri="x"/></extLst></c>\n',
    ],
)
def test_what_is_only_spelled_otherwise_is_read(cell: bytes) -> None:
    book = read(with_sheet(b'<c r="B2"><v>12000</v></c>', cell))
    assert book.sheets[0].rows[1] == ["JD-2021-070", "12000"]


def test_a_text_result_with_a_line_break_is_read() -> None:
    cell = b'<c r="B2" t="str"><f>A1</f><v>a&#10;b</v></c>'
    assert read(with_sheet(b'<c r="B2"><v>12000</v></c>', cell)).sheets[0].rows[1][1] == "a\nb"


B2 = b'<c r="B2"><v>12000</v></c>'
B1 = b'<c r="B1" t="s"><v>1</v></c>'


# Spreadsheet programs open none of these, or read them otherwise each.
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(B2, b'<c r="B2"><v>12000</v><v>7</v></c>', id="two values"),
        pytest.param(B2, b'<c r="B2"><v>7<v>12000</v></v></c>', id="a value in a value"),
        pytest.param(B2, b'<c r="B2"><v>12000</v><f>A1</f></c>', id="a formula behind its value"),
        pytest.param(B2, b'<c r="B2"></c><v>12000</v>', id="a value in no cell"),
        pytest.param(B2, B2.replace(b"</c>", B1.replace(b"B1", b"C2") + b"</c>"), id="a cell in a cell"),
        pytest.param(b"<sheetData>", B2.replace(b"B2", b"A1") + b"<sheetData>", id="a cell above all rows"),
        pytest.param(b"<sheetData>", b"<sheetData>" + B2.replace(b"B2", b"A7"), id="a cell in no row"),
        pytest.param(b"</row></sheetData>", b"</row>" + B2.replace(b"B2", b"A7") + b"</sheetData>", id="a cell below all rows"),
        pytest.param(b"</sheetData>", b"</sheetData><sheetData/>", id="rows twice"),
        pytest.param(B2, b'<c r="B2" t="inlineStr"><is><t>7</t><t>8</t></is></c>', id="two texts"),
        pytest.param(B2, b'<c r="B2" t="inlineStr"><is><t>7</t></is><v>8</v></c>', id="a value behind a text"),
    ],
)  # fmt: skip
def test_cells_and_values_that_stand_where_none_may_are_damage(old: bytes, new: bytes) -> None:
    book = read(with_sheet(old, new))
    assert (book.damaged, sheets_of(book)) == (["甲"], ["乙"])


BLANK = b'<c r="C2" t="str"><v></v></c><c r="D2" t="inlineStr"><is><t/></is></c>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'r="B2"', b'r="A2"', id="twice in a row"),
        pytest.param(b'r="B2"', b'r="B3"', id="in another row"),
        pytest.param(b'<c r="B2">', b"<c>" + B2[10:] + b'<c r="B2">', id="counted and named"),
    ],
)
def test_cells_that_stand_in_one_place_are_damage(old: bytes, new: bytes) -> None:
    assert read(with_sheet(old, new)).damaged == ["甲"]


def test_blank_texts_are_no_cells_that_are_lost() -> None:
    for number in (B2, B2.replace(b'r="B2"', b"r='B2'"), b"<c>" + B2[10:]):
        rows = read(with_sheet(B2, number + BLANK)).sheets[0].rows
        assert rows[1][:2] == ["JD-2021-070", "12000"]


@pytest.mark.parametrize(
    "text",
    [
        "<si><t>编号<t>1</t></t></si>",
        "<si><t>编号</t><t>1</t></si>",
        "<si><r><t>编号</t><r><t>1</t></r></r></si>",
        "<si><t>编号</t></si><x><si><t>1</t></si></x>",
        "<si><si><t>编号</t></si></si>",
    ],
)
def test_shared_texts_that_stand_in_each_other_are_damage(text: str) -> None:
    texts = part(GOOD, TEXTS).decode()
    other = texts.replace("<si><t>编号</t></si>", text)
    assert other != texts
    with pytest.raises(UnreadableError, match="已损坏"):
        read(repacked(GOOD, {TEXTS: other.encode()}))


@pytest.mark.parametrize(
    "text",
    [
        "<si>\n<t>编号</t >\n</si >",
        '<si><t>编号</t><phoneticPr fontId="1"/></si>',
        "<si><t>编号</t><rPh sb='0' eb='1'><t>ㄅ</t></rPh></si>",
        "<si><r><rPr/><t>编</t></r><r><t>号</t></r><phoneticPr fontId='1'/></si>",
        "<x:si xmlns:x='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><x:t>编号</x:t></x:si>",
    ],
)
def test_shared_texts_as_programs_spell_them_are_read(text: str) -> None:
    texts = part(GOOD, TEXTS).decode().replace("<si><t>编号</t></si>", text)
    assert read(repacked(GOOD, {TEXTS: texts.encode()})) == read(GOOD)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"><", b">\n<"),
        (b"</row>", b"<extLst><ext/></extLst></row>"),
        (b"</sheetData>", b'<row r="9"/></sheetData>'),
        (b"<row ", b'<row r="9"/><row '),
        (b"<c ", b'<c r="Z9"/><c '),
    ],
)
def test_cells_as_programs_spell_them_are_read(old: bytes, new: bytes) -> None:
    sheet = part(GOOD, SHEET)
    other = sheet.replace(old, new, 1) if old == b"<row " else sheet.replace(old, new)
    assert other != sheet
    assert read(repacked(GOOD, {SHEET: other})) == read(GOOD)


# Other programs put such rows elsewhere, or nowhere.
@pytest.mark.parametrize(("kind", "name"), [("ods", "content.xml"), ("xml as xls", "")])
@pytest.mark.parametrize("of", ["row", "cell"])
def test_a_row_or_a_cell_within_a_cell_is_damage(kind: str, name: str, of: str) -> None:
    good = write([Sheet.of(ROWS)], kind)
    content = part(good, name) if name else good
    parts = {"row": rb"<(?:table:table-row|Row)\b.*?</(?:table:table-row|Row)>",
             "cell": rb"<(?:table:table-cell|Cell)\b[^<>/]*>.*?</(?:table:table-cell|Cell)>"}  # fmt: skip
    *_, last = re.findall(parts[of], content)
    *_, text = re.finditer(rb"<text:p>|<Data\b", content[: content.index(last)])
    rest = content.replace(last, b"")
    nested = rest[: text.start()] + last + rest[text.start() :]
    with pytest.raises(UnreadableError, match="损坏"):
        read(repacked(good, {name: nested}) if name else nested)


CELL = (
    b'<table:table-cell office:value-type="string"><text:p>\xe4\xb8\x99</text:p></table:table-cell>'
)


# No program finds them there.
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"</table:table-row>", b"</table:table-row>" + CELL),
        (b"</table:table>", b"</table:table><table:table-row>%s</table:table-row>" % CELL),
        (b"<office:spreadsheet>", b"<table:table/><office:spreadsheet>"),
        (b"</office:body>", b"<table:table/></office:body>"),
        (b"oasis:names:tc:opendocument:xmlns:office:", b"x"),
    ],
)
def test_what_strays_in_an_ods_is_damage(old: bytes, new: bytes) -> None:
    good = write([Sheet.of(ROWS)], "ods")
    content = part(good, "content.xml")
    assert old in content
    with pytest.raises(UnreadableError, match="损坏"):
        read(repacked(good, {"content.xml": content.replace(old, new, 1)}))


@pytest.mark.parametrize("name", ["table", "table-row", "table-cell"])
def test_a_part_of_a_sheet_is_no_ods(name: str) -> None:
    content = f'<t:{name} xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"/>'
    with pytest.raises(UnreadableError, match="损坏"):
        read(repacked(write([Sheet.of(ROWS)], "ods"), {"content.xml": content.encode()}))


def test_a_table_of_a_link_is_no_sheet() -> None:
    good = write([Sheet.of(ROWS)], "ods")
    content = part(good, "content.xml")
    (table,) = re.findall(rb"<table:table .*</table:table>", content)
    links = b"<table:dde-links><table:dde-link>%s</table:dde-link></table:dde-links>" % table
    with_links = content.replace(b"</office:spreadsheet>", links + b"</office:spreadsheet>")
    assert with_links != content
    assert read(repacked(good, {"content.xml": with_links})) == read(good)


def test_rows_of_an_ods_may_stand_in_groups() -> None:
    good = write([Sheet.of(ROWS)], "ods")
    content = part(good, "content.xml")
    first, rest = content.replace(
        b"</table:table>", b"</table:table-row-group></table:table>"
    ).split(b"</table:table-row>", 1)
    head = first.replace(b"<table:table-row", b"<table:table-header-rows><table:table-row", 1)
    grouped = head + b"</table:table-row></table:table-header-rows><table:table-row-group>" + rest
    assert read(repacked(good, {"content.xml": grouped})) == read(good)


# The part that names the sheets, and in which characters.
NAMESAKES = {
    "xlsx": ("xl/workbook.xml", "utf-8"),
    "xlsb": ("xl/workbook.bin", "utf-16-le"),
    "ods": ("content.xml", "utf-8"),
    "xml as xls": ("", "utf-8"),
}


# calamine reads the first sheet twice.
@pytest.mark.parametrize("kind", NAMESAKES)
def test_sheets_of_one_name_are_turned_back(kind: str) -> None:
    good = write([Sheet.of(ROWS, name="甲"), Sheet.of([*ROWS, *ROWS], name="乙")], kind)
    name, encoding = NAMESAKES[kind]
    content = part(good, name) if name else good
    renamed = content.replace("乙".encode(encoding), "甲".encode(encoding))
    assert len(read(good).sheets) == 2
    with pytest.raises(UnreadableError, match="同名“甲”"):
        read(repacked(good, {name: renamed}) if name else renamed)


@pytest.mark.parametrize("kind", ["xlsx", "xlsb"])
def test_a_container_that_has_lost_its_beginning_is_damaged(kind: str) -> None:
    good = write([Sheet.of(ROWS)], kind)
    with pytest.raises(UnreadableError, match="损坏"):
        # Its first bytes say that it is one.
        read(good[:4] + good[len(good) // 2 :])


def test_a_row_that_stands_there_twice_is_damage() -> None:
    xml = part(GOOD, SHEET).replace(b'<row r="3"', b'<row r="2"')
    again = xml.replace(b'r="A3"', b'r="A2"').replace(b'r="B3"', b'r="B2"')
    assert read(repacked(GOOD, {SHEET: again})).damaged == ["甲"]


def test_a_row_of_an_xlsb_that_stands_there_twice_is_damage() -> None:
    good = write([Sheet.of(RICH)], "xlsb")
    sheet = part(good, BINARY_SHEET)
    # A row's header: its kind, its length, its number.
    again = sheet.replace(b"\0\x11" + pack("<I", 2), b"\0\x11" + pack("<I", 1))
    assert again != sheet
    with pytest.raises(UnreadableError, match="损坏"):
        read(repacked(good, {BINARY_SHEET: again}))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'<Row ss:Index="3"', b'<Row ss:Index="2"'), (b'<Cell ss:Index="2"', b'<Cell ss:Index="1"')],
)
def test_a_row_or_a_cell_of_2003_that_stands_there_twice_is_damage(old: bytes, new: bytes) -> None:
    good = write([Sheet.of(ROWS)], "xml as xls")
    assert old in good
    with pytest.raises(UnreadableError, match="损坏"):
        read(good.replace(old, new))


# Some programs take the text for it, some 0, and some nothing.
@pytest.mark.parametrize(
    ("value", "attribute"),
    [(12000, "value"), (True, "boolean-value"), (dt.date(2021, 6, 1), "date-value")],
)
def test_a_typed_cell_of_an_ods_without_its_value_is_damage(value: Value, attribute: str) -> None:
    good = write([Sheet.of([["编号", value]])], "ods")
    content = part(good, "content.xml")
    bare = re.sub(rb' office:%s="[^"]*"' % attribute.encode(), b"", content)
    assert bare != content
    with pytest.raises(UnreadableError, match="已损坏"):
        read(repacked(good, {"content.xml": bare}))


def test_a_blank_cell_of_an_ods_may_have_a_type() -> None:
    good = write([Sheet.of(ROWS)], "ods")
    content = part(good, "content.xml")
    blank = b'<table:table-cell office:value-type="float"/></table:table-row>'
    with_blank = content.replace(b"</table:table-row>", blank, 1)
    assert read(repacked(good, {"content.xml": with_blank})).sheets[0].rows[0] == ROWS[0]


def test_a_table_of_a_chart_is_no_part_of_the_sheet() -> None:
    good = write([Sheet.of(ROWS)], "ods")
    content = part(good, "content.xml")
    (table,) = re.findall(rb"<table:table .*</table:table>", content)
    chart = b"<table:shapes><draw:frame xmlns:draw='d'>%s</draw:frame></table:shapes>" % table
    with_chart = content.replace(b"<table:table-column", chart + b"<table:table-column", 1)
    assert read(repacked(good, {"content.xml": with_chart})) == read(good)


# --- what calamine would end the process at ------------------------------------------------------


def test_a_shared_text_that_is_not_there_is_no_end_of_the_reader() -> None:
    data = write([Sheet.of(RICH)], "xlsb")
    sheet = part(data, BINARY_SHEET)
    cell = b"\x07\x0c" + pack("<II", 0, 0)
    at = sheet.index(cell) + len(cell)
    far = sheet[:at] + pack("<I", 1 << 24) + sheet[at + 4 :]
    with pytest.raises(UnreadableError, match="已损坏"):
        read(repacked(data, {BINARY_SHEET: far}))


def text_of(text: str, length: int | None = None) -> bytes:
    """A text as it stands in an .xlsb, which may say that it is of another length."""
    return pack("<I", len(text) if length is None else length) + text.encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        # What is missing would be taken from the record before.
        pytest.param(BINARY_SHEET, b"\x00\x11" + pack("<I", 1), b"\x00\x00", id="row"),
        pytest.param(BINARY_SHEET, b"\x05\x10" + pack("<IId", 1, 0, 12000), b"\x05\x08" + pack("<II", 1, 0), id="number"),
        pytest.param(BINARY_SHEET, b"\x07\x0c" + pack("<III", 1, 0, 1), b"\x07\x08" + pack("<II", 1, 0), id="shared text"),
        pytest.param(BINARY_SHEET, b"\x06\x0e" + pack("<II", 3, 0) + text_of("丙"), b"\x06\x08" + pack("<II", 3, 0), id="text"),
        # A text that goes on behind its record.
        pytest.param(BINARY_SHEET, text_of("甲乙"), text_of("甲乙", 3), id="longer text"),
        pytest.param(BINARY_TEXTS, text_of("编号"), text_of("编号", 8), id="longer shared text"),
        # A row so far down that it would pass for the end of the sheet.
        pytest.param(BINARY_SHEET, b"\x00\x11" + pack("<I", 1), b"\x00\x11" + pack("<I", 1 << 20 | 1), id="far row"),
        # A text with parts in its own cell, which would be passed over.
        pytest.param(BINARY_SHEET, b"\x06\x10" + pack("<II", 4, 0), b"\x3e\x10" + pack("<II", 4, 0), id="text of parts"),
    ],
)  # fmt: skip
def test_a_record_of_an_xlsb_that_does_not_hold_what_is_read_in_it_is_damaged(
    name: str, old: bytes, new: bytes
) -> None:
    head: list[Value] = [RICH[1][0], RICH[0][0], "金额(万元，保留两位小数)", "丙", "甲乙"]
    rows: list[list[Value]] = [head, [RICH[0][0], 12000], [None, 35]]
    data = write([Sheet.of(rows)], "xlsb")
    assert read(data).sheets[0].rows[1][:2] == ["编号", "12000"]
    content = part(data, name)
    assert old in content
    with pytest.raises(UnreadableError, match="已损坏"):
        read(repacked(data, {name: content.replace(old, new, 1)}))


def xls_of(rows: list[list[Value]]) -> tuple[bytearray, dict[int, list[int]]]:
    """The stream of an .xls of one sheet, and where the sheet's records begin, by their kinds."""
    stream = bytearray(stream_of(write([Sheet.of(rows)], "xls")))
    at = stream.index(pack("<HH", 0x809, 16), 1)
    places: dict[int, list[int]] = {}
    while at + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, at)
        places.setdefault(kind, []).append(at)
        at += 4 + length
    return stream, places


def refuse_xls(stream: bytes | bytearray) -> None:
    with pytest.raises(UnreadableError, match="已损坏"):
        read(ole2("Workbook", bytes(stream)))


@pytest.mark.parametrize("kind", [0x204, 0x207])
def test_a_text_of_an_xls_that_is_longer_than_its_record_is_damaged(kind: int) -> None:
    stream, places = xls_of([["编号", Formula("A1", "甲乙丙")]])
    count = places[kind][0] + 4 + (6 if kind == 0x204 else 0)
    stream[count : count + 2] = pack("<H", 300)
    refuse_xls(stream)


# calamine leaves the cell blank.
def test_a_shared_text_of_an_xls_that_is_not_there_is_damage() -> None:
    stream, places = xls_of(RICH)
    numbers = [at + 4 + 6 for at in places[0xFD]]
    assert {unpack_from("<I", stream, at)[0] for at in numbers} == {*range(6)}
    stream[numbers[-1] : numbers[-1] + 4] = pack("<I", 6)
    refuse_xls(stream)


def test_shared_texts_of_an_xls_that_are_fewer_than_they_say_are_damage() -> None:
    stream, _ = xls_of([[Rich(((sign, "plain"),)) for sign in "甲乙丙"]])
    at = stream.index(b"\xfc\0")
    length = unpack_from("<H", stream, at + 2)[0]
    # The last text, with its head and its one part, is no more in the table.
    size = 3 + 2 + 2 + 4
    end = at + 4 + length
    stream[at + 2 : at + 4] = pack("<H", length - size)
    stream[end - size : end] = pack("<HH", 0x8C, size - 4) + bytes(size - 4)
    refuse_xls(stream)


# A formula whose result is a text says so; the text is in the record behind it.
def test_a_result_of_an_xls_that_is_not_there_is_damage() -> None:
    stream, places = xls_of([["编号", Formula("A1", "甲乙丙"), Formula("A1", 7)]])
    (at,) = places[0x207]
    stream[at : at + 2] = pack("<H", 0x8C)
    refuse_xls(stream)


# It would be put over the number.
def test_a_text_behind_a_result_that_is_a_number_is_damage() -> None:
    stream, places = xls_of([["编号", Formula("A1", "甲乙丙"), Formula("A1", 7)]])
    (begin,), (_, number) = places[0x207], places[0x06]
    size = 4 + unpack_from("<H", stream, begin + 2)[0]
    text, rest = stream[begin : begin + size], stream[begin + size :]
    end = number + 4 + unpack_from("<H", stream, number + 2)[0] - begin - size
    refuse_xls(stream[: begin + size] + rest[:end] + text + rest[end:])


def test_a_sheet_of_an_xls_that_begins_elsewhere_is_damaged() -> None:
    stream, places = xls_of(ROWS)
    at = stream.index(b"\x85\0") + 4
    (begin,) = unpack_from("<I", stream, at)
    assert begin == places[0x809][0]
    # At the record behind its beginning, from which all its cells could be read.
    stream[at : at + 4] = pack("<I", begin + 20)
    refuse_xls(stream)


# A text of parts, the encoding of its characters, what stands between it and its parts, and a part.
PARTED = Rich((("甲甲", "plain"), ("乙乙", "struck"), ("丙丙", "plain")))
PARTS = {
    "xls": ("utf-16-le", b"", "<HH"),
    "xls of Excel 5": ("gbk", b"\3", "<BB"),
    "xlsb": ("utf-16-le", pack("<I", 3), "<HH"),
}


# What lies between two of them would be said twice.
@pytest.mark.parametrize("kind", PARTS)
def test_parts_of_a_text_that_do_not_follow_each_other_are_damage(kind: str) -> None:
    encoding, between, one = PARTS[kind]
    good = write([Sheet.of([["编号", PARTED]])], kind)
    assert read(good).sheets[0].rows == [["编号", "甲甲丙丙"]]
    content = bytearray(part(good, BINARY_TEXTS) if kind == "xlsb" else good)
    text = "甲甲乙乙丙丙".encode(encoding) + between
    last = content.index(text) + len(text) + 2 * calcsize(one)
    begin, font = unpack_from(one, content, last)
    content[last : last + calcsize(one)] = pack(one, begin // 4, font)
    other = bytes(content)
    with pytest.raises(UnreadableError, match="已损坏"):
        read(repacked(good, {BINARY_TEXTS: other}) if kind == "xlsb" else other)


def test_parts_of_a_text_are_not_those_of_the_texts_behind_it() -> None:
    good = write([Sheet.of([["编号", PARTED, *RICH[0]]])], "xlsb")
    texts = part(good, BINARY_TEXTS)
    text = "甲甲乙乙丙丙".encode("utf-16-le")
    more = texts.replace(text + pack("<I", 3), text + pack("<I", 4))
    assert more != texts
    with pytest.raises(UnreadableError, match="已损坏"):
        read(repacked(good, {BINARY_TEXTS: more}))


def test_a_link_that_leads_nowhere_is_no_end_of_the_reader() -> None:
    data = write([Sheet.of(ROWS)], "xlsb")
    book = part(data, "xl/workbook.bin")
    other = book.replace("rId1".encode("utf-16-le"), "rId9".encode("utf-16-le"))
    with pytest.raises(UnreadableError, match="已损坏"):
        read(repacked(data, {"xl/workbook.bin": other}))


def stream_of(data: bytes) -> bytes:
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        return bytes(container.openstream("Workbook").read())


@pytest.mark.parametrize("kind", ["xlsx", "xls", "xlsb"])
def test_a_day_beyond_all_days_is_no_end_of_the_reader(kind: str) -> None:
    rows: list[list[Value]] = [["编号", "日期"], ["JD-2021-070", Dressed(-1e308, "yyyy-mm-dd")]]
    with pytest.raises(UnreadableError, match="已损坏"):
        read(write([Sheet.of(rows)], kind))


@pytest.mark.parametrize(
    "area",
    [
        pack("<HIIHHH", 14, 0, 9_961_482, 0, 255, 0),
        # From a row behind the last one on.
        pack("<HIIHHH", 14, 0xFF0000, 3, 0, 2, 0),
        # As Excel 5 has it.
        pack("<HHHHHH", 10, 0, 65_535, 0, 65_535, 0),
    ],
)
def test_an_xls_that_says_that_it_is_endless_takes_no_memory(area: bytes) -> None:
    stream, places = xls_of(ROWS)
    (at,) = places[0x200]
    assert unpack_from("<HII", stream, at + 2) == (14, 0, 3)
    refuse_xls(stream[: at + 2] + area + stream[at + 18 :])


@pytest.mark.parametrize("kind", [0x203, 0x204])
def test_an_xls_with_a_cell_where_no_column_is_takes_no_memory(kind: int) -> None:
    stream, places = xls_of(ROWS)
    at = places[kind][0]
    stream[at + 4 : at + 8] = pack("<HH", 65_000, 65_000)
    refuse_xls(stream)


# Old programs write what was overwritten in front of it; the last is what Excel shows.
@pytest.mark.parametrize(("kind", "at", "last"), [(0x204, (0, 0), "金额"), (0x203, (1, 0), "35")])
def test_of_cells_of_an_xls_that_stand_in_one_place_the_last_counts(
    kind: int, at: tuple[int, int], last: str
) -> None:
    stream, places = xls_of([["编号", "金额"], [12000, 35]])
    first, other = places[kind][:2]
    stream[other + 4 : other + 8] = stream[first + 4 : first + 8]
    (sheet,) = read(ole2("Workbook", bytes(stream))).sheets
    assert sheet.rows[at[0]][at[1]] == last


def test_cells_of_an_xlsb_that_stand_in_one_place_are_damage() -> None:
    good = write([Sheet.of([["编号", 12000, 35]])], "xlsb")
    sheet = part(good, BINARY_SHEET)
    # A number: its kind, its length, its column.
    other = sheet.replace(b"\x05\x10" + pack("<I", 2), b"\x05\x10" + pack("<I", 1))
    assert other != sheet
    with pytest.raises(UnreadableError, match="已损坏"):
        read(repacked(good, {BINARY_SHEET: other}))


@pytest.mark.parametrize("at", ["begin", "end"])
def test_rows_of_an_xlsb_in_front_of_all_rows_or_behind_them_are_damage(at: str) -> None:
    good = write([Sheet.of(RICH)], "xlsb")
    sheet = part(good, BINARY_SHEET)
    # Records without content: a kind of two bytes, and no length.
    begin, end, second = b"\x91\1\0", b"\x92\1\0", b"\0\x11" + pack("<I", 1)
    assert sheet.count(begin) == sheet.count(end) == sheet.count(second) == 1
    mark = begin if at == "begin" else end
    moved = sheet.replace(mark, b"").replace(second, mark + second)
    with pytest.raises(UnreadableError, match="损坏"):
        read(repacked(good, {BINARY_SHEET: moved}))


def test_a_stream_that_its_container_has_lost_takes_no_memory() -> None:
    good = write([Sheet.of(ROWS)], "xls")
    # Where the table of sectors lies; there is none without it.
    lost = good[:76] + bytes(4) + good[80:]
    assert lost != good
    with pytest.raises(UnreadableError, match="损坏"):
        read(lost)


def test_an_xls_with_cells_at_both_ends_of_a_sheet_takes_no_memory() -> None:
    stream, places = xls_of(ROWS)
    at = places[0x203][0]
    stream[at + 4 : at + 8] = pack("<HH", 65_535, 255)
    with pytest.raises(UnreadableError, match="范围过大"):
        read(ole2("Workbook", bytes(stream)))


def test_an_xls_that_says_that_it_has_endless_texts_takes_no_memory() -> None:
    stream = stream_of(write([Sheet.of(RICH)], "xls"))
    at = stream.index(b"\xfc\0") + 4
    far = stream[:at] + pack("<II", 1 << 30, 1 << 30) + stream[at + 8 :]
    with pytest.raises(UnreadableError, match="已损坏"):
        read(ole2("Workbook", far))


def test_a_chain_of_sectors_that_comes_back_to_itself_is_damaged() -> None:
    data = bytearray(write([Sheet.of(ROWS)], "xls"))
    first_table = 512 * (unpack_from("<I", data, 76)[0] + 1)
    data[first_table + 4 : first_table + 8] = pack("<I", 0)
    with pytest.raises(UnreadableError, match="已损坏"):
        read(bytes(data))
