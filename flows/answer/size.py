"""How large a submitted workbook is, counted without parsing it: a small one may have millions of parts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

# Starts of a row and of a shared text, with a prefix or without; ends of a cell's value.
_ROWS, _TEXTS, _VALUES = (b"<row", b":row"), (b"<si", b":si"), (b"</v>", b"</is>")
_CHUNK, _LONGEST = 1 << 20, 5
_CELLS = b"<sheetData", b"</sheetData>"
_SHARED = "sharedStrings.xml"
_MARKUP = (".xml", ".rels", ".vml")


@dataclass(frozen=True)
class Size:
    """What a workbook is made of, or may be at most; an empty row with a height is a row.

    `cells` are those with a value, `texts` those that cells share. Of the tags in a workbook's parts
    `cell_tags` are those of rows and cells, `tags` those of styles, rules, names and drawings.
    """

    rows: int = 0
    cells: int = 0
    texts: int = 0
    cell_tags: int = 0
    tags: int = 0

    def is_within(self, limit: Size) -> bool:
        """Whether nothing is more than the limit says."""
        return all(value <= most for value, most in zip(astuple(self), astuple(limit), strict=True))


def size_of(parts: Mapping[str, bytes]) -> Size:
    """The size of a workbook that is held in memory."""
    sheets = [content for name, content in parts.items() if _is_sheet(name)]
    shared = [content for name, content in parts.items() if name.endswith(_SHARED)]
    markup = [
        content
        for name, content in parts.items()
        if name.lower().endswith(_MARKUP) and not name.endswith(_SHARED)
    ]
    cell_tags = sum(map(_tags_of_cells, markup))
    return Size(
        rows=_counted(sheets, _ROWS),
        cells=_counted(sheets, _VALUES),
        texts=_counted(shared, _TEXTS),
        cell_tags=cell_tags,
        tags=_counted(markup, [b"<"]) - cell_tags,
    )


def _counted(parts: Iterable[bytes], marks: Sequence[bytes]) -> int:
    return sum(part.count(mark) for part in parts for mark in marks)


def _tags_of_cells(part: bytes) -> int:
    start, end = part.find(_CELLS[0]), part.rfind(_CELLS[1])
    return part.count(b"<", start, end) if 0 <= start < end else 0


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
