"""HTML tables and XML spreadsheets of 2003, both usually sent with the name of an .xls.

Rows are counted as a spreadsheet program counts them that opens such a file: tables one below the
other, and lines of text between them as rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lxml.html
from lxml import etree

from flows.read.grid import NO_RESULT, Book, Grid, Range, UnreadableError, cell_text, refuse_wide
from flows.read.openxml import refuse_entities

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n]+")
# Elements that begin a new row where they stand outside a table.
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "caption", "pre"}
_LEFT_OUT = {"script", "style", "head", "title", "xml"}
_MAX_SPAN = 1000
_NO_TABLE = "不是能识别的表格文件。"


def read(text: str) -> Book:
    """Reads either format. Raises UnreadableError."""
    # The text is decoded already, whatever its declaration says.
    text = _DECLARATION.sub("", text)
    try:
        if _SPREADSHEET in text[:4000] and re.search(r"<(?:\w+:)?Workbook[\s>]", text[:4000]):
            return _xml(text)
        return _html(text)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise UnreadableError("文件已损坏或没有传完。") from error


# --- XML spreadsheets of 2003 --------------------------------------------------------------------


def _xml(text: str) -> Book:
    data = text.encode("utf-8", "replace")
    refuse_entities(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, encoding="utf-8")
    root = etree.fromstring(data, parser)
    epoch = next(root.iter(f"{_X}Date1904"), None) is not None
    sheets = [_worksheet(one, uses_1904=epoch) for one in root.iter(f"{_SS}Worksheet")]
    if not sheets:
        raise UnreadableError(_NO_TABLE)
    return Book("xml", sheets)


def _worksheet(worksheet: Any, *, uses_1904: bool) -> Grid:
    filler = _Filler()
    hidden_columns: list[int] = []
    column = 0
    for one in worksheet.iter(f"{_SS}Column"):
        column = int(one.get(f"{_SS}Index", column + 1)) - 1
        span = min(int(one.get(f"{_SS}Span", 0)), 16_384) + 1
        if one.get(f"{_SS}Hidden") == "1":
            hidden_columns += range(column, column + span)
        column += span
    hidden_rows: list[int] = []
    number = 0
    for row in worksheet.iter(f"{_SS}Row"):
        number = int(row.get(f"{_SS}Index", number + 1)) - 1
        if row.get(f"{_SS}Hidden") == "1":
            hidden_rows.append(number)
        index = 0
        for cell in row.iterchildren(f"{_SS}Cell"):
            index = int(cell.get(f"{_SS}Index", index + 1)) - 1
            down, right = int(cell.get(f"{_SS}MergeDown", 0)), int(cell.get(f"{_SS}MergeAcross", 0))
            filler.put(number, index, *_data(cell), down=down, right=right)
            index += right + 1
        number += 1
    visible = next(worksheet.iter(f"{_X}Visible"), None)
    return Grid(
        worksheet.get(f"{_SS}Name", ""),
        filler.rows,
        filler.merged,
        visible is not None and (visible.text or "").startswith("Sheet"),
        hidden_rows,
        hidden_columns,
        filler.broken,
        uses_1904,
    )


def _data(cell: Any) -> tuple[str, str | None]:
    data = next(cell.iterchildren(f"{_SS}Data"), None)
    if data is None:
        return "", NO_RESULT if cell.get(f"{_SS}Formula") else None
    text = "".join(data.itertext())
    match data.get(f"{_SS}Type"):
        case "Error":
            return "", text or "#ERROR"
        case "Number":
            return cell_text(float(text)), None
        case "DateTime":
            return text.removesuffix(".000").removesuffix("T00:00:00"), None
        case "Boolean":
            return "TRUE" if text == "1" else "FALSE", None
        case _:
            return text, None


class _Filler:
    """A grid that cells are put into, each within the bounds of what is no attack."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.merged: list[Range] = []
        self.broken: dict[tuple[int, int], str] = {}
        self._width = 0

    def put(
        self, row: int, column: int, text: str, error: str | None, *, down: int, right: int
    ) -> None:
        if down > 0 or right > 0:
            self.merged.append((row, column, row + down, column + right))
        if error:
            self.broken[row, column] = error
        if not text and not error:
            return
        self._width = max(self._width, column + 1)
        refuse_wide(max(row + 1, len(self.rows)), self._width)
        self.rows += [[] for _ in range(row + 1 - len(self.rows))]
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text


# --- HTML ----------------------------------------------------------------------------------------


def _html(text: str) -> Book:
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    root = lxml.html.document_fromstring(text, parser=parser)
    if next(root.iter("table"), None) is None:
        raise UnreadableError(_NO_TABLE)
    page = _Page()
    page.add(root)
    return Book("html", [page.grid()])


class _Page:
    """A page on its way into one sheet, `row` is the next one."""

    def __init__(self) -> None:
        self.filler = _Filler()
        self.hidden_rows: list[int] = []
        self.row = 0

    def grid(self) -> Grid:
        filler = self.filler
        return Grid(
            "", filler.rows, filler.merged, hidden_rows=self.hidden_rows, broken=filler.broken
        )

    def add(self, element: Any) -> None:
        """What stands in the element: tables as they are, other text a line a row."""
        self._line(element.text)
        for part in element:
            if part.tag == "table":
                self._table(part)
            elif part.tag in _BLOCKS and next(part.iter("table"), None) is None:
                self._line(_shown(part))
            elif part.tag not in _LEFT_OUT:
                self.add(part)
            self._line(part.tail)

    def _line(self, text: str | None) -> None:
        if text and (flat := _BLANKS.sub(" ", text).strip()):
            self.filler.put(self.row, 0, flat, None, down=0, right=0)
            self.row += 1

    def _table(self, table: Any) -> None:
        taken: set[tuple[int, int]] = set()
        for row in _rows(table):
            if row.tag == "caption":
                self._line(_shown(row))
                continue
            if _HIDDEN.search(row.get("style", "")):
                self.hidden_rows.append(self.row)
            column = 0
            for cell in row:
                if cell.tag not in {"td", "th"}:
                    continue
                while (self.row, column) in taken:
                    column += 1
                down, right = _span(cell, "rowspan"), _span(cell, "colspan")
                if down or right:
                    taken |= {
                        (self.row + d, column + r)
                        for d in range(down + 1)
                        for r in range(right + 1)
                    }
                text = cell.get("x:num") or _shown(cell)
                self.filler.put(self.row, column, text, None, down=down, right=right)
                column += right + 1
            self.row += 1


def _rows(table: Any) -> Iterator[Any]:
    """The table's own rows, without those of tables within its cells."""
    for part in table:
        if part.tag in {"tr", "caption"}:
            yield part
        elif part.tag in {"thead", "tbody", "tfoot"}:
            yield from _rows(part)


def _span(cell: Any, name: str) -> int:
    """How many cells further it reaches."""
    text = cell.get(name, "1").strip()
    return min(int(text), _MAX_SPAN) - 1 if text.isdigit() and int(text) > 0 else 0


def _shown(element: Any) -> str:
    """The text as it is shown: blanks run together, breaks where the page breaks."""
    parts = []
    for event, part in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            parts.append("\n" if part.tag == "br" else "")
            parts.append(_BLANKS.sub(" ", part.text or ""))
        elif part is not element:
            parts.append(_BLANKS.sub(" ", part.tail or ""))
    return re.sub(r" ?\n ?", "\n", "".join(parts)).strip(" \n")
