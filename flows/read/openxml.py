"""An .xlsx or .xlsm (and WPS's .et of that kind): values by calamine, marks from its own XML.

Error cells, formulas without a stored result and hidden rows and columns need a second look into
a sheet, which is taken only where a search of its bytes says that there is something to see.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from flows.read import calamine
from flows.read.grid import NO_RESULT, Book, UnreadableError, column_index, refuse_wide

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ADDRESSES = re.compile(rb'\sr="([A-Z]{0,3})(\d{1,7})"')
# A row or column far out: then it has to be counted how far the sheet reaches. Without the blank
# in front, which would be looked at for every byte.
_FAR = re.compile(rb'r="(?:[A-Z]{3}\d|[A-Z]{0,2}(?:[2-9]\d{5}|\d{7}))')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_NO_RESULT = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*<(?:/|(?:\w+:)?v\s*(?:/>|></))"
)


def read(data: bytes, archive: zipfile.ZipFile) -> Book:
    """Reads the workbook. Raises UnreadableError."""
    names = archive.NameToInfo
    if "xl/sharedStrings.xml" in names:
        refuse_entities(archive.read("xl/sharedStrings.xml"))
    return calamine.read(data, "xlsx", _marks(archive))


def refuse_entities(xml: bytes) -> None:
    """Spreadsheet programs declare no document type; who does means to blow up or to spy."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise UnreadableError("文件内含实体声明，疑似恶意文件。")


def parse(xml: bytes) -> Any:
    """A small part of a container as an element tree; nothing outside it is ever fetched."""
    refuse_entities(xml)
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _marks(archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    """For each sheet: broken cells, hidden rows and columns, and the epoch of the workbook."""
    try:
        book = parse(archive.read("xl/workbook.xml"))
        links = parse(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, ValueError):
        return []
    targets = {link.get("Id"): link.get("Target", "") for link in links.iter(_RELATION)}
    properties = next(_each(book, "workbookPr"), None)
    uses_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    marks = []
    for sheet in _each(book, "sheet"):
        link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
        path = posixpath.normpath(posixpath.join("/xl", targets.get(link, "")))
        try:
            xml = archive.read(path.lstrip("/"))
        except (KeyError, zipfile.BadZipFile):
            xml = b""
        marks.append({"uses_1904": uses_1904, **_sheet_marks(xml)})
    return marks


def _sheet_marks(xml: bytes) -> dict[str, Any]:
    refuse_entities(xml)
    if _FAR.search(xml):
        _refuse_far(xml)
    if (
        b't="e"' in xml
        or (b"hidden=" in xml and _HIDDEN.search(xml))
        or (b"f>" in xml and _NO_RESULT.search(xml))
    ):
        return _look(xml)
    return {}


def _refuse_far(xml: bytes) -> None:
    rows = columns = 0
    for letters, number in _ADDRESSES.findall(xml):
        rows = max(rows, int(number))
        columns = max(columns, column_index(letters.decode()) + 1)
    refuse_wide(rows, columns)


def _look(xml: bytes) -> dict[str, Any]:
    broken: dict[tuple[int, int], str] = {}
    hidden_rows: list[int] = []
    hidden_columns: list[int] = []
    row = column = -1
    events = etree.iterparse(
        io.BytesIO(xml), events=("start", "end"), resolve_entities=False, no_network=True
    )
    for event, element in events:
        name = etree.QName(element).localname
        is_hidden = element.get("hidden") in {"1", "true"}
        if event == "start" and name == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
            if is_hidden:
                hidden_rows.append(row)
        elif event == "start" and name == "col" and is_hidden:
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            hidden_columns += range(first - 1, min(last, 16_384))
        elif event == "end" and name == "c":
            address = _ADDRESS.fullmatch(element.get("r", ""))
            column = column_index(address[1]) if address else column + 1
            if error := _error(element):
                broken[row, column] = error
        elif event == "end" and name == "row":
            element.clear()
    return {"broken": broken, "hidden_rows": hidden_rows, "hidden_columns": hidden_columns}


def _error(cell: Any) -> str | None:
    """The error in the cell, or that its formula has no result; None where it has a value."""
    value = next(_each(cell, "v"), None)
    stored = value.text if value is not None else None
    if cell.get("t") == "e":
        return stored or "#ERROR"
    # A formula may well have an empty text as its result: then the type says so.
    is_text = cell.get("t") == "str" and value is not None
    has_formula = next(_each(cell, "f"), None) is not None
    return NO_RESULT if has_formula and not stored and not is_text else None


def _each(element: Any, name: str) -> Iterator[Any]:
    return element.iter(_MAIN + name, _STRICT + name)  # type: ignore[no-any-return]
