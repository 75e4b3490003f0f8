"""What stands in a file's cells, seen by other means than `flows.read`.

Open XML by openpyxl and by the standard library's parser, .xls by xlrd and record by record, the rest
by the standard library. A view is plain: no formats, no runs, no repairs. `see` gives None where
these means see no workbook; then nothing can be said for what was read in it.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import email
import io
import posixpath
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from struct import unpack_from
from typing import Any
from xml.etree import ElementTree

import olefile  # type: ignore[import-untyped]
import openpyxl
import xlrd  # type: ignore[import-untyped]

from fuzz.sources import zipped

Place = tuple[int, int]
Area = tuple[int, int, int, int]
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """An error that stands in a cell."""

    name: str


Seen = str | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | Fault


@dataclass
class View:
    """One sheet: its cells by place, what is merged."""

    cells: dict[Place, Seen] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)

    def at(self, row: int, column: int, below: int = 0) -> Seen | None:
        """What is in the cell, or in the one above that it is merged with, from row `below` on.

        A heading that is merged down into rows is no value of theirs.
        """
        if (row, column) in self.cells or not self.merged:
            return self.cells.get((row, column))
        anchors = (
            area[:2]
            for area in self.merged
            if below <= area[0] <= row <= area[2] and area[1] == column
        )
        anchor = next(anchors, None)
        return self.cells.get(anchor) if anchor else None

    def put(self, row: int, column: int, value: Seen | None) -> None:
        if value is not None and value != "":
            self.cells[row, column] = value


@dataclass
class Views:
    """The sheets by name, and whatever decides how their values look."""

    sheets: dict[str, View]
    looks: object = None
    by: str = ""
    text: str = ""
    """The whole text, where it was parted by `separator`."""
    separator: str = ""


Look = Callable[[bytes], Views | None]


def see(data: bytes) -> list[Views]:
    """What stands in the file, in the eyes of each that sees anything in it."""
    with contextlib.suppress(Exception):
        # What is no container, or a damaged one, is looked at as it is.
        data = _as_named(data)
    found = ((look, _seen(look, data)) for look in _LOOKS)
    return [replace(views, by=look.__name__) for look, views in found if views and views.sheets]


def _seen(look: Look, data: bytes) -> Views | None:
    try:
        return look(data)
    except Exception:
        # Whatever the damage brings up, this one sees nothing.
        return None


def _as_named(data: bytes) -> bytes:
    """A container with the names that its list of parts says: to spreadsheet programs they are the same.

    Whatever their case and their slashes; these witnesses take them as they are spelled.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        listed = re.findall(r'PartName="/([^"]+)"', archive.read("[Content_Types].xml").decode())
        usual = {name.lower(): name for name in listed}
        names = {one: usual.get(one.replace("\\", "/").lower(), one) for one in archive.namelist()}
        if len({*names.values()}) < len(archive.namelist()) or all(
            a == b for a, b in names.items()
        ):
            return data
        return zipped([(names[one], archive.read(one)) for one in names])


# --- Open XML ------------------------------------------------------------------------------------


def _by_openpyxl(data: bytes) -> Views | None:
    if not data.startswith(b"PK"):
        return None
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    sheets = {}
    for sheet in book.worksheets:
        view = sheets[sheet.title] = View()
        for (row, column), cell in sheet._cells.items():
            error = cell.data_type == "e"
            view.put(row - 1, column - 1, Fault(str(cell.value)) if error else _plain(cell.value))
        view.merged = [
            (one.min_row - 1, one.min_col - 1, one.max_row - 1, one.max_col - 1)
            for one in sheet.merged_cells.ranges
        ]
    return Views(sheets, _looks_of_zip(data))


def _plain(value: Any) -> Seen | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    seen: Seen | None = float(value) if is_whole else value
    return seen


def _looks_of_zip(data: bytes) -> object:
    """What of a container decides how values look, and the epoch of the workbook's days."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [
            one for one in archive.namelist() if re.search(r"styles|workbook\.(xml|bin)$", one)
        ]
        return [(name, archive.read(name)) for name in names]


def _by_xml(data: bytes) -> Views | None:
    if not data.startswith(b"PK"):
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = _tree(archive.read("xl/workbook.xml"))
        targets = _targets(archive.read("xl/_rels/workbook.xml.rels"))
        texts: list[str] = []
        if "xl/sharedStrings.xml" in archive.namelist():
            shared = _tree(archive.read("xl/sharedStrings.xml"))
            texts = [_text_of(one) for one in shared.findall("{*}si")]
        sheets = {}
        for sheet in book.findall("{*}sheets/{*}sheet"):
            link = next(text for name, text in sheet.attrib.items() if name.endswith("}id"))
            root = _tree(archive.read(targets[link]))
            sheets[sheet.get("name", "")] = _sheet_of_xml(root, texts)
    return Views(sheets, _looks_of_zip(data))


def _tree(xml: bytes) -> Any:
    """The elements, taken as UTF-8 whatever is declared: nobody writes another encoding."""
    return ElementTree.fromstring(re.sub(rb"^\s*<\?xml[^>]*\?>", b"", xml))  # noqa: S314 - a test's own


def _targets(links: bytes) -> dict[str, str]:
    return {
        one.get("Id", ""): posixpath.normpath(posixpath.join("/xl", one.get("Target", "")))[1:]
        for one in _tree(links)
    }


def _text_of(element: Any) -> str:
    runs = [*element.findall("{*}t"), *element.findall("{*}r/{*}t")]
    return "".join(one.text or "" for one in runs)


def _sheet_of_xml(root: Any, texts: list[str]) -> View:
    view = View()
    row = -1
    for line in root.findall("{*}sheetData/{*}row"):
        row = int(line.get("r", row + 2)) - 1
        column = -1
        for cell in line.findall("{*}c"):
            row, column = _place(cell.get("r")) if cell.get("r") else (row, column + 1)
            view.put(row, column, _value_of_xml(cell, texts))
    for area in root.findall("{*}mergeCells/{*}mergeCell"):
        first, _, last = area.get("ref", "").partition(":")
        if first:
            view.merged.append((*_place(first), *_place(last or first)))
    return view


def _value_of_xml(cell: Any, texts: list[str]) -> Seen | None:  # noqa: PLR0911 - one for each type
    kind: str = cell.get("t", "n")
    text: str | None = cell.findtext("{*}v")
    if kind == "inlineStr":
        inline = cell.find("{*}is")
        return _text_of(inline) if inline is not None else None
    if not text:
        return None
    match kind:
        case "s":
            return texts[int(text)]
        case "e":
            return Fault(text)
        case "b":
            return text == "1"
        case "n":
            return float(text)
    return str(text)


def _place(address: str) -> Place:
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(address[len(letters) :]) - 1, column - 1


# --- OpenDocument --------------------------------------------------------------------------------

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def _by_opendocument(data: bytes) -> Views | None:
    if not data.startswith(b"PK"):
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = _tree(archive.read("content.xml"))
        looks = [archive.read(one) for one in archive.namelist() if one == "styles.xml"]
    automatic = root.find(f"{_OFFICE}automatic-styles")
    looks.append(b"" if automatic is None else ElementTree.tostring(automatic))
    tables = root.findall(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table")
    return Views({one.get(f"{_TABLE}name", ""): _sheet_of_ods(one) for one in tables}, looks)


def _sheet_of_ods(table: Any) -> View:
    view = View()
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        down = int(line.get(f"{_TABLE}number-rows-repeated", 1))
        column = 0
        for cell in line:
            if not cell.tag.endswith("table-cell"):
                continue
            right = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
            value = _value_of_ods(cell)
            if value not in {None, ""}:
                for at in range(row, row + min(down, 1000)):
                    for index in range(column, column + min(right, 1000)):
                        view.put(at, index, value)
            spans = [
                int(cell.get(f"{_TABLE}number-{one}-spanned", 1)) for one in ("rows", "columns")
            ]
            if spans != [1, 1]:
                view.merged.append((row, column, row + spans[0] - 1, column + spans[1] - 1))
            column += right
        row += down
    return view


def _value_of_ods(cell: Any) -> Seen | None:
    kind = cell.get(f"{_OFFICE}value-type")
    text = "\n".join(_paragraph(one) for one in cell.findall(f"{_TEXT}p"))
    if cell.get(f"{_CALC}value-type") == "error":
        return Fault(text)
    # A blank cell may have a type.
    if kind in {"float", "percentage", "currency"}:
        value = cell.get(f"{_OFFICE}value")
        return None if value is None else float(value)
    if kind == "date":
        return str(cell.get(f"{_OFFICE}date-value", ""))
    if kind == "boolean":
        return str(cell.get(f"{_OFFICE}boolean-value", "")).upper()
    return cell.get(f"{_OFFICE}string-value") or text or None


def _paragraph(element: Any) -> str:
    """The text with its blanks; remarks that hang on it are none."""
    text = element.text or ""
    for part in element:
        if part.tag == f"{_TEXT}s":
            text += " " * int(part.get(f"{_TEXT}c", 1))
        elif part.tag in {f"{_TEXT}tab", f"{_TEXT}line-break"}:
            text += "\n"
        elif part.tag not in {f"{_OFFICE}annotation", f"{_TEXT}note", f"{_TEXT}ruby-text"}:
            text += _paragraph(part)
        text += part.tail or ""
    return text


# --- .xls ----------------------------------------------------------------------------------------


def _by_xlrd(data: bytes) -> Views | None:
    if not data.startswith(b"\xd0\xcf"):
        return None
    if _stream(data)[4:6] != b"\x00\x06":
        # Of these xlrd is what reading itself goes by.
        return None
    # Ragged, or a cell far out fills all that is between.
    book = xlrd.open_workbook(
        file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
    )
    sheets = {}
    for sheet in book.sheets():
        view = sheets[sheet.name] = View()
        for row in range(sheet.nrows):
            for column, cell in enumerate(sheet.row(row)):
                value = cell.value
                if cell.ctype == xlrd.XL_CELL_ERROR:
                    value = Fault(xlrd.error_text_from_code.get(value, "#ERROR"))
                elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                    value = bool(value)
                view.put(row, column, value)
        view.merged = [(a, c, b - 1, d - 1) for a, b, c, d in sheet.merged_cells]
    looks = [[one.font_index, one.format_key] for one in book.xf_list]
    fonts = [(one.struck_out, one.escapement) for one in book.font_list]
    codes = {key: one.format_str for key, one in book.format_map.items()}
    return Views(sheets, (book.datemode, looks, fonts, codes))


def _stream(data: bytes) -> bytes:
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        name = "Workbook" if container.exists("Workbook") else "Book"
        return bytes(container.openstream(name).read())


def _biff(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, size = unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == 0x0A:
            return


def _by_records(data: bytes) -> Views | None:
    """An .xls record by record: numbers, texts, errors and results; shared texts of one piece."""
    if not data.startswith(b"\xd0\xcf"):
        return None
    stream = _stream(data)
    is_8 = stream[4:6] == b"\x00\x06"
    begins: dict[str, int] = {}
    looks: list[object] = []
    texts: list[str] = []
    for kind, content in _biff(stream, 0):
        if kind == 0x85:
            size = content[6]
            name = _octets(content[7:], size, is_8=is_8)
            begins[name] = unpack_from("<I", content)[0]
        elif kind in {0x22, 0x31, 0x41E, 0xE0, 0x42}:
            looks.append((kind, content))
        elif kind == 0xFC:
            texts += [*_shared(content)]
    sheets = {name: _sheet_of_records(stream, begin, is_8, texts) for name, begin in begins.items()}
    return Views(sheets, looks)


def _octets(content: bytes, size: int, *, is_8: bool) -> str:
    if not is_8:
        return content[:size].decode("gbk", "replace")
    wide = content[0] & 1
    return content[1 : 1 + size * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


def _shared(content: bytes) -> Iterator[str]:
    at = 8
    for _ in range(unpack_from("<I", content, 4)[0]):
        size, options = unpack_from("<HB", content, at)
        runs = 2 * bool(options & 8) + 4 * bool(options & 4)
        extra = 4 * unpack_from("<H", content, at + 3)[0] if options & 8 else 0
        more = unpack_from("<I", content, at + 3 + 2 * bool(options & 8))[0] if options & 4 else 0
        at += 3 + runs
        width = 1 + (options & 1)
        yield content[at : at + size * width].decode("utf-16-le" if width == 2 else "latin-1")
        at += size * width + extra + more


def _sheet_of_records(stream: bytes, begin: int, is_8: bool, texts: list[str]) -> View:  # noqa: PLR0912 - one for each kind
    view = View()
    waiting: Place | None = None
    for kind, content in _biff(stream, begin):
        row, column = unpack_from("<HH", content) if len(content) >= 4 else (0, 0)
        match kind:
            case 0x203:
                view.put(row, column, unpack_from("<d", content, 6)[0])
            case 0x204 | 0xD6:
                size = unpack_from("<H", content, 6)[0]
                view.put(row, column, _octets(content[8:], size, is_8=is_8))
            case 0xFD:
                view.put(row, column, texts[unpack_from("<I", content, 6)[0]])
            case 0x205:
                code = content[6]
                view.put(
                    row, column, Fault(_ERRORS.get(code, "#ERROR")) if content[7] else bool(code)
                )
            case 0x27E:
                view.put(row, column, _rk(unpack_from("<I", content, 6)[0]))
            case 0xBD:
                for at in range((len(content) - 6) // 6):
                    number = _rk(unpack_from("<I", content, 6 + 6 * at)[0])
                    view.put(row, column + at, number)
            case 0x06:
                if content[12:14] != b"\xff\xff":
                    view.put(row, column, unpack_from("<d", content, 6)[0])
                elif content[6] == 0:
                    waiting = row, column
                elif content[6] == 2:
                    view.put(row, column, Fault(_ERRORS.get(content[8], "#ERROR")))
                elif content[6] == 1:
                    view.put(row, column, bool(content[8]))
            case 0x207 if waiting:
                view.put(*waiting, _octets(content[2:], unpack_from("<H", content)[0], is_8=is_8))
            case 0xE5:
                for at in range(unpack_from("<H", content)[0]):
                    first, last, left, right = unpack_from("<HHHH", content, 2 + 8 * at)
                    view.merged.append((first, left, last, right))
    return view


def _rk(coded: int) -> float:
    if coded & 2:
        number = float(struct.unpack("<i", struct.pack("<I", coded))[0] >> 2)
    else:
        number = struct.unpack("<d", bytes(4) + struct.pack("<I", coded & 0xFFFFFFFC))[0]
    return number / 100 if coded & 1 else number


# --- .xlsb ---------------------------------------------------------------------------------------


def _biff12(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(part):
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (part[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while shift < 28:
            byte = part[at]
            size, shift, at = size | (byte & 0x7F) << shift, shift + 7, at + 1
            if not byte & 0x80:
                break
        yield kind, part[at : at + size]
        at += size


def _by_xlsb(data: bytes) -> Views | None:
    if not data.startswith(b"PK"):
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "xl/workbook.bin" not in archive.namelist():
            return None
        targets = _targets(archive.read("xl/_rels/workbook.bin.rels"))
        texts: list[str] = []
        if "xl/sharedStrings.bin" in archive.namelist():
            shared = _biff12(archive.read("xl/sharedStrings.bin"))
            texts = [_wide(content, 1)[0] for kind, content in shared if kind == 19]
        sheets = {}
        for kind, content in _biff12(archive.read("xl/workbook.bin")):
            if kind == 156:
                link, end = _wide(content, 8)
                name, _ = _wide(content, end)
                sheets[name] = _sheet_of_xlsb(archive.read(targets[link]), texts)
    return Views(sheets, _looks_of_zip(data))


def _wide(content: bytes, at: int) -> tuple[str, int]:
    end = at + 4 + 2 * unpack_from("<I", content, at)[0]
    return content[at + 4 : end].decode("utf-16-le"), end


def _sheet_of_xlsb(part: bytes, texts: list[str]) -> View:
    view = View()
    row = 0
    for kind, content in _biff12(part):
        column = unpack_from("<I", content)[0] if len(content) >= 4 else 0
        match kind:
            case 0:
                row = column
            case 2:
                view.put(row, column, _rk(unpack_from("<I", content, 8)[0]))
            case 3 | 11:
                view.put(row, column, Fault(_ERRORS.get(content[8], "#ERROR")))
            case 4 | 10:
                view.put(row, column, bool(content[8]))
            case 5 | 9:
                view.put(row, column, unpack_from("<d", content, 8)[0])
            case 6 | 8:
                view.put(row, column, _wide(content, 8)[0])
            case 7:
                view.put(row, column, texts[unpack_from("<I", content, 8)[0]])
            case 176:
                first, last, left, right = unpack_from("<IIII", content)
                view.merged.append((first, left, last, right))
    return view


# --- pages, XML of 2003, text --------------------------------------------------------------------


class _Page(HTMLParser):
    """Rows and cells as their tags stand, line by line below each other."""

    def __init__(self) -> None:
        super().__init__()
        self.view = View()
        self.row, self.column = -1, 0
        self.words: list[str] | None = None
        self.stored: str | None = None
        self.span = (1, 1)
        self.taken: set[Place] = set()
        self.is_silent = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.is_silent = tag in {"style", "script", "title"}
        if tag == "tr":
            self._close()
            self.row, self.column = self.row + 1, 0
        elif tag in {"td", "th"}:
            self._close()
            given = {name: text or "" for name, text in attributes}
            self.words, self.stored = [], given.get("x:num")
            self.span = tuple(_count(given.get(one, "1")) for one in ("rowspan", "colspan"))  # type: ignore[assignment]
        elif tag == "br" and self.words is not None:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.is_silent = False
        if tag in {"td", "th", "tr", "table"}:
            self._close()

    def handle_data(self, data: str) -> None:
        if self.is_silent:
            return
        if self.words is not None:
            self.words.append(data)
        elif data.strip():
            # A line of text outside a table is a row.
            self.row += 1
            self.view.put(self.row, 0, data.strip())

    def _close(self) -> None:
        if self.words is None:
            return
        while (self.row, self.column) in self.taken:
            self.column += 1
        down, right = self.span
        text = re.sub(r"[ \t\r\n]+", " ", "".join(self.words)).strip()
        self.view.put(self.row, self.column, float(self.stored) if self.stored else text)
        if self.span != (1, 1):
            last = (self.row + down - 1, self.column + right - 1)
            self.view.merged.append((self.row, self.column, *last))
            self.taken |= {
                (self.row + d, self.column + r) for d in range(down) for r in range(right)
            }
        self.column += right
        self.words = None


def _count(text: str) -> int:
    return min(max(int(text), 1), 1000) if text.strip().isdecimal() else 1


def _page(text: str) -> Views:
    page = _Page()
    page.feed(text)
    page.close()
    return Views({"": page.view}, re.findall(r"<style.*?</style>", text, re.DOTALL))


def _by_page(data: bytes) -> Views | None:
    text = _text(data)
    return _page(text) if "<html" in text[:1000] or "<table" in text else None


def _by_letter(data: bytes) -> Views | None:
    if not data.startswith(b"MIME"):
        return None
    for part in email.message_from_bytes(data).walk():
        octets = part.get_payload(decode=True)
        if isinstance(octets, bytes) and part.get_content_type() == "text/html":
            return _page(_text(octets))
    return None


_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"


def _by_xml_of_2003(data: bytes) -> Views | None:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", _text(data))
    if "<Worksheet" not in text:
        return None
    root = _tree(text.encode())
    sheets = {}
    for sheet in root.iter(f"{_SS}Worksheet"):
        view = sheets[sheet.get(f"{_SS}Name", "")] = View()
        row = -1
        for line in sheet.findall(f"{_SS}Table/{_SS}Row"):
            row = int(line.get(f"{_SS}Index", row + 2)) - 1
            column = -1
            for cell in line.findall(f"{_SS}Cell"):
                column = int(cell.get(f"{_SS}Index", column + 2)) - 1
                view.put(row, column, _value_of_2003(cell))
                down, right = (int(cell.get(f"{_SS}Merge{one}", 0)) for one in ("Down", "Across"))
                if down or right:
                    view.merged.append((row, column, row + down, column + right))
                column += right
    styles = root.find(f"{_SS}Styles")
    return Views(sheets, b"" if styles is None else ElementTree.tostring(styles))


def _value_of_2003(cell: Any) -> Seen | None:
    data = cell.find(f"{_SS}Data")
    if data is None:
        return None
    text = "".join(data.itertext())
    match data.get(f"{_SS}Type"):
        case "Error":
            return Fault(text)
        case "Number":
            return float(text)
        case "Boolean":
            return text == "1"
    return text


def _text(data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):  # fmt: skip
        if data.startswith(mark):
            return data.decode(encoding)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    texts = (data.decode(one, "replace") for one in ("utf-16-le", "utf-16-be"))
    return max(texts, key=lambda text: sum(map(text.count, ",;\t\n")))


def _table(data: bytes) -> str | None:
    """The text of a file that is neither a container nor marked up."""
    if data[:2] == b"PK" or data.startswith((b"\xd0\xcf", b"MIME")):
        return None
    text = _text(data).strip("\x1a\0")
    return None if text.lstrip().startswith("<") else text


def _by_text(data: bytes) -> Views | None:
    if (text := _table(data)) is None:
        return None
    view, separator = View(), _separator(text)
    for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
        for column, cell in enumerate(cells):
            view.put(row, column, cell)
    return Views({"": view}, text=text, separator=separator)


def _separator(text: str) -> str:
    """The sign that stands most evenly in the lines: the same number in the most of them."""

    def evenness(sign: str) -> int:
        counts = Counter(line.count(sign) for line in text.splitlines() if line.count(sign) > 1)
        return max(counts.values(), default=0)

    return max(",;\t", key=evenness)


_LOOKS: tuple[Look, ...] = (
    _by_openpyxl,
    _by_xml,
    _by_opendocument,
    _by_xlrd,
    _by_records,
    _by_xlsb,
    _by_letter,
    _by_xml_of_2003,
    _by_page,
    _by_text,
)
