"""Workbooks by python-calamine, with what calamine leaves out read from the sheets' own XML.

calamine gives values and merged cells; error cells, formulas without a stored result and hidden
rows and columns come from a second look, which is taken only where a plain search of the bytes
says that there is something to see.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Any

import python_calamine
from lxml import etree

from flows.read.formats import UnreadableError
from flows.read.grid import Book, Grid, cell_text

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# Bytes that announce an error cell, a formula or something hidden.
_MARKS = re.compile(rb't="e"|t=\'e\'|<(?:\w+:)?f[ >/]|hidden=')
# More is no return; calamine itself would fill the whole rectangle.
MAX_CELLS = 20_000_000


def read_zip(data: bytes, archive: zipfile.ZipFile) -> Book:
    """Reads an .xlsx, .xlsm, .xlsb or .ods. Raises UnreadableError."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return _book(data, "xlsx", archive)
    raise UnreadableError("不是能识别的表格文件。")


def _book(data: bytes, kind: str, archive: zipfile.ZipFile | None = None) -> Book:
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as error:
        raise UnreadableError(
            "文件已损坏，表格软件能打开的话请另存为 .xlsx 后重新报送。"
        ) from error
    marks = _xlsx_marks(archive) if archive and kind == "xlsx" else {}
    sheets = []
    failed = []
    for meta in workbook.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheets.append(_grid(workbook, meta, marks.get(meta.name, {})))
        except UnreadableError:
            raise
        except Exception:
            # One broken sheet (a chart stored as one, say) does not cost the others.
            failed.append(meta.name)
    if failed and not sheets:
        raise UnreadableError("工作表已损坏，无法读取。")
    return Book(kind, sheets)


def _grid(workbook: Any, meta: Any, marks: dict[str, Any]) -> Grid:
    sheet = workbook.get_sheet_by_name(meta.name)
    if sheet.start is not None and sheet.end is not None:
        rows, columns = sheet.end[0] + 1, sheet.end[1] + 1
        if rows * columns > MAX_CELLS:
            raise UnreadableError("工作表的范围过大，请删除多余的空行空列后重新报送。")
    rows = [
        [value if value.__class__ is str else cell_text(value) for value in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    return Grid(meta.name, rows, merged, is_hidden=hidden, **marks)


def _xlsx_marks(archive: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    """By sheet name: broken cells, hidden rows and columns, and the epoch of the workbook."""
    try:
        book = _parse(archive.read("xl/workbook.xml"))
        links = _parse(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, ValueError):
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links.iter(_RELATION)}
    properties = next(_each(book, "workbookPr"), None)
    uses_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    marks: dict[str, dict[str, Any]] = {}
    for sheet in _each(book, "sheet"):
        link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
        target = targets.get(link, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        found: dict[str, Any] = {"uses_1904": True} if uses_1904 else {}
        try:
            xml = archive.read(posixpath.normpath(path))
        except (KeyError, zipfile.BadZipFile):
            xml = b""
        if _MARKS.search(xml):
            found |= _sheet_marks(xml)
        marks[sheet.get("name", "")] = found
    return marks


def _sheet_marks(xml: bytes) -> dict[str, Any]:
    broken: dict[str, str] = {}
    hidden_rows: list[int] = []
    hidden_columns: list[int] = []
    row_number = -1
    column = -1
    events = etree.iterparse(
        io.BytesIO(xml),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    for event, element in events:
        name = etree.QName(element).localname
        if event == "start":
            if name == "row":
                row_number = int(element.get("r", row_number + 2)) - 1
                column = -1
                if element.get("hidden") in {"1", "true"}:
                    hidden_rows.append(row_number)
            elif name == "col" and element.get("hidden") in {"1", "true"}:
                first, last = int(element.get("min", 1)), int(element.get("max", 1))
                hidden_columns += range(first - 1, min(last, 16_384))
            continue
        if name == "c":
            address = _ADDRESS.fullmatch(element.get("r", ""))
            column = _column_index(address[1]) if address else column + 1
            value = next(_each(element, "v"), None)
            stored = value.text if value is not None else None
            if element.get("t") == "e":
                broken[f"{row_number},{column}"] = stored or "#ERROR"
            elif not stored and next(_each(element, "f"), None) is not None:
                # A text formula may well store an empty string: then `t="str"` says so.
                if not (element.get("t") == "str" and value is not None):
                    broken[f"{row_number},{column}"] = "="
        elif name == "row":
            element.clear()
    return {"broken": broken, "hidden_rows": hidden_rows, "hidden_columns": hidden_columns}


def _parse(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _each(element: Any, name: str) -> Any:
    return element.iter(_MAIN + name, _STRICT + name)


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
