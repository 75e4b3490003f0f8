"""An .ods: everything from its content.xml, a row at a time.

Repeated blank rows and columns, by which such files reach to the sheet's end, are never filled in.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from flows.read.grid import NO_RESULT, Book, Grid, Range, UnreadableError, cell_text, refuse_wide
from flows.read.openxml import refuse_entities

_NAMES = {
    "table": "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}",
    "office": "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}",
    "text": "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}",
    "style": "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}",
    "calcext": "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}",
}
_TABLE, _OFFICE, _TEXT = _NAMES["table"], _NAMES["office"], _NAMES["text"]
_STYLE, _CALCEXT = _NAMES["style"], _NAMES["calcext"]
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_ERROR = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)|(?:Err|错误)[:：]\d+")
_LAST_COLUMN = 16_384


@dataclass
class _Sheet:
    """A sheet as far as it has been read; `number` is the row that comes next."""

    name: str
    is_hidden: bool
    number: int = 0
    column: int = 0
    width: int = 0
    rows: list[list[str]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)

    def grid(self) -> Grid:
        return Grid(
            self.name,
            self.rows,
            self.merged,
            self.is_hidden,
            self.hidden_rows,
            self.hidden_columns,
            self.broken,
        )


def read(archive: zipfile.ZipFile) -> Book:
    """Reads the spreadsheet. Raises UnreadableError."""
    try:
        xml = archive.read("content.xml")
        refuse_entities(xml)
        sheets = list(_sheets(xml))
    except (etree.XMLSyntaxError, zipfile.BadZipFile, ValueError) as error:
        raise UnreadableError("文件已损坏或没有传完。") from error
    if not sheets:
        raise UnreadableError("不是能识别的表格文件。")
    return Book("ods", sheets)


def _sheets(xml: bytes) -> Iterator[Grid]:
    hidden_styles: set[str] = set()
    sheet: _Sheet | None = None
    events = etree.iterparse(
        io.BytesIO(xml), events=("start", "end"), resolve_entities=False, no_network=True
    )
    for event, element in events:
        name = element.tag
        if event == "start" and name == f"{_TABLE}table" and sheet is None:
            style = element.get(f"{_TABLE}style-name")
            sheet = _Sheet(element.get(f"{_TABLE}name", ""), style in hidden_styles)
        elif event == "start":
            continue
        elif name == f"{_STYLE}table-properties":
            if element.get(f"{_TABLE}display") == "false":
                hidden_styles.add(element.getparent().get(f"{_STYLE}name", ""))
        elif sheet is not None and name == f"{_TABLE}table-column":
            count = _count(element, "columns")
            if _is_hidden(element):
                sheet.hidden_columns += range(sheet.column, min(sheet.column + count, _LAST_COLUMN))
            sheet.column += count
        elif sheet is not None and name == f"{_TABLE}table-row":
            _add_row(sheet, element)
            element.clear()
        # A table within a cell or a chart's own data ends elsewhere.
        elif sheet is not None and name == f"{_TABLE}table" and _is_top(element):
            yield sheet.grid()
            sheet = None
            element.clear()


def _is_top(element: Any) -> bool:
    parent = element.getparent()
    return parent is None or parent.tag == f"{_OFFICE}spreadsheet"


def _count(element: Any, of: str) -> int:
    return max(1, int(element.get(f"{_TABLE}number-{of}-repeated", 1)))


def _is_hidden(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility") in {"collapse", "filter"}


def _add_row(sheet: _Sheet, element: Any) -> None:
    first = sheet.number
    count = _count(element, "rows")
    sheet.number += count
    texts: list[str] = []
    broken: dict[int, str] = {}
    column = 0
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        repeated = _count(cell, "columns")
        text, error = _content(cell)
        if text or error:
            refuse_wide(1, column + repeated)
            texts += [""] * (column - len(texts)) + [text] * repeated
        if error:
            broken |= dict.fromkeys(range(column, column + repeated), error)
        down = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
        right = int(cell.get(f"{_TABLE}number-columns-spanned", 1))
        if down > 1 or right > 1:
            sheet.merged.append((first, column, first + down - 1, column + right - 1))
        column += repeated
    if not texts:
        return
    sheet.width = max(sheet.width, len(texts))
    refuse_wide(first + count, sheet.width)
    sheet.rows += [[] for _ in range(first - len(sheet.rows))]
    sheet.rows += [list(texts) for _ in range(count)]
    for number in range(first, first + count):
        sheet.broken |= {(number, index): error for index, error in broken.items()}
    if _is_hidden(element):
        sheet.hidden_rows += range(first, first + count)


def _content(cell: Any) -> tuple[str, str | None]:
    """The cell's text, and its error if it has one."""
    kind = cell.get(f"{_OFFICE}value-type")
    has_formula = cell.get(f"{_TABLE}formula") is not None
    if kind in {"float", "percentage", "currency"}:
        return cell_text(float(cell.get(f"{_OFFICE}value", "nan"))), None
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00"), None
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value", "").upper(), None
    if not len(cell) and not kind:
        return "", NO_RESULT if has_formula else None
    shown = cell.get(f"{_OFFICE}string-value") or "\n".join(
        "".join(_words(paragraph)) for paragraph in cell.iterchildren(f"{_TEXT}p")
    )
    is_error = cell.get(f"{_CALCEXT}value-type") == "error"
    if is_error or (has_formula and _ERROR.fullmatch(shown)):
        return "", shown or "#ERROR"
    return shown, None


def _words(element: Any) -> Iterator[str]:
    """The text of a paragraph; blanks, tabs and breaks are elements in it."""
    yield element.text or ""
    for part in element:
        if part.tag == f"{_TEXT}s":
            yield " " * min(int(part.get(f"{_TEXT}c", 1)), 1000)
        elif part.tag in {f"{_TEXT}tab", f"{_TEXT}line-break"}:
            yield "\t" if part.tag.endswith("tab") else "\n"
        else:
            yield from _words(part)
        yield part.tail or ""
