"""The binary workbooks, .xls (BIFF8, WPS's .et too) and .xlsb: values by calamine.

Error cells and what is hidden are read from the records themselves: [MS-XLS] and [MS-XLSB] name
them. A formula always stores some result there, so none is ever said to lack one.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Iterator
from struct import unpack_from
from typing import Any

from lxml import etree

from flows.read import calamine
from flows.read.grid import Book, Range, UnreadableError, refuse_wide

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_DAMAGED = "文件已损坏或没有传完。"


def _error(code: int) -> str:
    return _ERRORS.get(code, "#ERROR")


# --- .xls ----------------------------------------------------------------------------------------

_BOF, _EOF, _FILEPASS, _DATEMODE, _BOUNDSHEET = 0x809, 0x0A, 0x2F, 0x22, 0x85
_BIFF8 = b"\x00\x06"
_ROW, _COLINFO, _BOOLERR, _FORMULA = 0x208, 0x7D, 0x205, 0x06


def is_encrypted(stream: bytes) -> bool:
    """Whether an .xls asks for a password; the record stands right behind the beginning."""
    records = _biff(stream, 0)
    return any(kind == _FILEPASS for (kind, _, _), _ in zip(records, range(20), strict=False))


def read_xls(data: bytes, stream: bytes) -> Book:
    """Reads an .xls, whose workbook stream is given as well. Raises UnreadableError."""
    if stream[4:6] != _BIFF8:
        from flows.read import excel5  # noqa: PLC0415 - hardly ever needed

        return excel5.read(data)
    try:
        marks = _xls_marks(stream)
    except struct.error as error:
        raise UnreadableError(_DAMAGED) from error
    return calamine.read(data, "xls", marks)


def _biff(stream: bytes, position: int) -> Iterator[tuple[int, int, int]]:
    """The records from there on: kind, where the content begins, its length."""
    while position + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, position)
        position += 4
        yield kind, position, length
        position += length


def _xls_marks(stream: bytes) -> list[dict[str, Any]]:
    begins = []
    uses_1904 = False
    for kind, at, _ in _biff(stream, 0):
        if kind == _BOUNDSHEET:
            begins.append(unpack_from("<I", stream, at)[0])
        elif kind == _DATEMODE:
            uses_1904 = unpack_from("<H", stream, at)[0] == 1
        elif kind == _EOF:
            break
    return [{"uses_1904": uses_1904, **_xls_sheet(stream, begin)} for begin in begins]


def _xls_sheet(stream: bytes, begin: int) -> dict[str, Any]:
    broken: dict[tuple[int, int], str] = {}
    hidden_rows: list[int] = []
    hidden_columns: list[int] = []
    depth = 0
    for kind, at, _ in _biff(stream, begin):
        # Charts stand within their sheet as streams of their own.
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if not depth:
                break
        elif depth > 1:
            continue
        elif kind == _ROW and stream[at + 12] & 0x20:
            hidden_rows.append(unpack_from("<H", stream, at)[0])
        elif kind == _COLINFO and stream[at + 8] & 0x01:
            first, last = unpack_from("<HH", stream, at)
            hidden_columns += range(first, min(last, 255) + 1)
        elif kind == _BOOLERR and stream[at + 7]:
            broken[unpack_from("<HH", stream, at)] = _error(stream[at + 6])
        elif kind == _FORMULA and stream[at + 12 : at + 14] == b"\xff\xff" and stream[at + 6] == 2:
            broken[unpack_from("<HH", stream, at)] = _error(stream[at + 8])
    return {"broken": broken, "hidden_rows": hidden_rows, "hidden_columns": hidden_columns}


# --- .xlsb ---------------------------------------------------------------------------------------

_ROW_HEADER, _CELL_ERROR, _FORMULA_ERROR, _LAST_CELL = 0, 3, 11, 11
_COLUMN, _WORKBOOK, _SHEET, _MERGED = 60, 153, 156, 176


def read_xlsb(data: bytes, archive: zipfile.ZipFile) -> Book:
    """Reads an .xlsb. Raises UnreadableError."""
    try:
        marks = _xlsb_marks(archive)
    except (struct.error, IndexError, KeyError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise UnreadableError(_DAMAGED) from error
    return calamine.read(data, "xlsb", marks)


def _xlsb_marks(archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    links = etree.fromstring(archive.read("xl/_rels/workbook.bin.rels"), parser)
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    book = archive.read("xl/workbook.bin")
    marks = []
    uses_1904 = False
    for kind, at, _ in _biff12(book):
        if kind == _WORKBOOK:
            uses_1904 = bool(book[at] & 1)
        elif kind == _SHEET:
            length = unpack_from("<I", book, at + 8)[0]
            link = book[at + 12 : at + 12 + 2 * length].decode("utf-16-le")
            path = posixpath.normpath(posixpath.join("/xl", targets.get(link, ""))).lstrip("/")
            found = _xlsb_sheet(archive.read(path)) if path in archive.NameToInfo else {}
            marks.append({"uses_1904": uses_1904, **found})
    return marks


def _biff12(part: bytes) -> Iterator[tuple[int, int, int]]:
    """The records of a part: kind, where the content begins, its length."""
    position, end = 0, len(part)
    while position < end:
        kind = part[position]
        position += 1
        if kind & 0x80:
            kind = kind & 0x7F | (part[position] & 0x7F) << 7
            position += 1
        length = shift = 0
        while shift < 28:
            byte = part[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, position, length
        position += length


def _xlsb_sheet(part: bytes) -> dict[str, Any]:
    broken: dict[tuple[int, int], str] = {}
    merged: list[Range] = []
    hidden_rows: list[int] = []
    hidden_columns: list[int] = []
    row = rows = columns = 0
    for kind, at, _ in _biff12(part):
        if kind == _ROW_HEADER:
            row = unpack_from("<I", part, at)[0]
            if part[at + 11] & 0x10:
                hidden_rows.append(row)
        elif kind <= _LAST_CELL:
            column = unpack_from("<I", part, at)[0]
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if kind in {_CELL_ERROR, _FORMULA_ERROR}:
                broken[row, column] = _error(part[at + 8])
        elif kind == _COLUMN and part[at + 16] & 1:
            first, last = unpack_from("<II", part, at)
            hidden_columns += range(first, min(last, 16_383) + 1)
        elif kind == _MERGED:
            first, last, left, right = unpack_from("<IIII", part, at)
            merged.append((first, left, last, right))
    refuse_wide(rows, columns)
    return {
        "broken": broken,
        "merged": merged,
        "hidden_rows": hidden_rows,
        "hidden_columns": hidden_columns,
    }
