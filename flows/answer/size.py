"""How large a submitted workbook is, counted without parsing it: a small one may have millions of parts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Starts of a row and of a shared text, with a prefix or without; ends of a cell's value.
_ROWS, _TEXTS, _VALUES = (b"<row", b":row"), (b"<si", b":si"), (b"</v>", b"</is>")
_CHUNK, _LONGEST = 1 << 20, 5
_CELLS = b"<sheetData", b"</sheetData>"
_SHARED = "sharedStrings.xml"
_MARKUP = (".xml", ".rels", ".vml")


@dataclass(frozen=True)
class Size:
    """What a workbook is made of; an empty row with a height is a row.

    `texts` are those that cells share; `tags` are those beside both: of styles, rules, names,
    drawings.
    """

    rows: int
    cells: int
    texts: int
    tags: int


def size_of(parts: Mapping[str, bytes]) -> Size:
    """The size of a workbook that is held in memory."""
    sheets = [content for name, content in parts.items() if _is_sheet(name)]
    tags = sum(
        content.count(b"<") - _tags_of_cells(content)
        for name, content in parts.items()
        if name.lower().endswith(_MARKUP) and not name.endswith(_SHARED)
    )
    shared = [content for name, content in parts.items() if name.endswith(_SHARED)]
    return Size(_counted(sheets, _ROWS), _counted(sheets, _VALUES), _counted(shared, _TEXTS), tags)


def _counted(sheets: Iterable[bytes], marks: Iterable[bytes]) -> int:
    return sum(sheet.count(mark) for sheet in sheets for mark in marks)


def _tags_of_cells(sheet: bytes) -> int:
    start, end = sheet.find(_CELLS[0]), sheet.rfind(_CELLS[1])
    return sheet.count(b"<", start, end) if 0 <= start < end else 0


def cells_of(container: zipfile.ZipFile) -> int:
    """How many cells with a value the sheets have; a sheet is never held in memory."""
    return sum(_values(container, name) for name in container.namelist() if _is_sheet(name))


def _values(container: zipfile.ZipFile, name: str) -> int:
    cells = 0
    with container.open(name) as sheet:
        rest = b""
        while part := sheet.read(_CHUNK):
            # What is cut in two by the end of a part is seen with the next one.
            seen = rest + part
            cells += sum(seen.count(one) - rest.count(one) for one in _VALUES)
            rest = seen[-_LONGEST:]
    return cells


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")
