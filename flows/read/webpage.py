"""Pages with tables (HTML), usually sent with the name of an .xls.

Rows are counted as a spreadsheet program counts them that opens such a file: tables one below the
other, and lines of text between them as rows. What stands apart in a cell (paragraphs, items of a
list, the cells of a table within it) stands on lines of its own; what is struck out or hidden in
it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any

import lxml.html

from flows.read import beside
from flows.read.budget import Budget
from flows.read.css import PLAIN, Look, Styles
from flows.read.filler import Filler
from flows.read.grid import BROKEN, NO_TABLE, Grid, Shown, UnreadableError, cell_text, is_long
from flows.read.runs import Joined, Run, join

_BLANKS = re.compile(r"[ \t\r\n]+")
_SPACES = re.compile(r"[ \t\r]+")
# Elements that begin a new row where they stand outside a table.
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "caption", "pre"}
# Elements that begin a new line within a cell.
_LINES = _BLOCKS | {
    *("br", "hr", "ul", "ol", "dl", "dt", "dd", "table", "tr", "td", "th", "blockquote"),
    *("section", "article", "fieldset", "legend", "form", "option", "select", "textarea", "button"),
}
STRUCK = {"s", "strike", "del"}
"""Elements of a page that strike out."""
# What is written above others to say how they are read.
_HIDDEN = {"rt", "rp", "noscript", "template"}
_LEFT_OUT = {"script", "style", "head", "title", "xml", "comment"}
# What Excel sets in a cell that has a remark: a link to it.
_ANCHOR = "msocomanchor"
_ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_CELLS = {"td", "th"}
_COLUMNS = {"col", "colgroup"}
_LOOSE = "网页的表格已损坏，有内容不在单元格内，请另存为 .xlsx 后重新报送。"
_MAX_SPAN, _ENOUGH_DIGITS = 1000, 9
_WHOLE_NUMBER = re.compile(r"\d+", re.ASCII)
_STRUCK_OUT = Look(is_struck=True)
_KEEPING_LINES = {"pre", "textarea"}
# What Excel says of its sheets stands in a comment of the page, as XML: each one, and its name.
SHEETS = re.compile(
    r"<(\w+):ExcelWorksheet\s*>(.*?)(?:</\1:ExcelWorksheet\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_NAME = re.compile(r"<\w+:Name\s*>([^<]*)<", re.IGNORECASE)
# Numbers as they are written in pages that carry no second, exact value.
_PLAIN_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d+)?|-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def read(text: str, budget: Budget, *, name: str = "", sheets: Sequence[str] = ()) -> Grid:
    """The page as one sheet; `sheets` are style sheets beside it. Raises UnreadableError."""
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    if text.rfind("<") > text.rfind(">"):
        # It ends within a tag: who knows what was behind it.
        raise UnreadableError(BROKEN)
    # What follows the end of a page is read like the page: pages are joined end to end, too.
    root = lxml.html.document_fromstring(_ENDS.sub("", text), parser=parser)
    if next(root.iter("table"), None) is None:
        raise UnreadableError(NO_TABLE)
    _refuse_in_head(root)
    own = [one.text or "" for one in root.iter("style")]
    names = [name_of(sheet) for _, sheet in SHEETS.findall(text)]
    name = name or (names[0] if len(names) == 1 else "")
    budget.begin_sheet(name)
    styles = [*sheets, *own]
    budget.elements("样式", sum(one.count("{") for one in styles))
    page = _Page(Styles(styles), budget)
    page.add(root)
    return page.grid(name)


def name_of(sheet: str) -> str:
    """The name of a sheet by what a page says of it."""
    name = _NAME.search(sheet)
    return unescape(name[1]).strip() if name else ""


class _Page:
    """A page on its way into one sheet, `row` is the next one."""

    def __init__(self, styles: Styles, budget: Budget) -> None:
        self.styles = styles
        self.budget = budget
        self.filler = Filler(budget)
        self.hidden_rows: list[int] = []
        self.hidden_columns: set[int] = set()
        self.row = 0

    def grid(self, name: str) -> Grid:
        return Grid(
            name,
            hidden_rows=self.hidden_rows,
            hidden_columns=sorted(self.hidden_columns),
            **self.filler.marks(),
        )

    def add(self, element: Any, *, is_hidden: bool = False) -> None:
        """What stands in the element: tables as they are, other text a line a row.

        Raises UnreadableError for cells in no table: beside each other they would be lines.
        """
        cells = [part for part in element if part.tag in _CELLS]
        if len(cells) > 1:
            raise UnreadableError(_LOOSE)
        if element.tag != "tr":
            for cell in cells:
                _refuse_loose(cell.text)
        self._line(element.text)
        for part in element:
            hidden = is_hidden or self.styles.of(part).is_hidden
            if part.tag == "table":
                self._table(part, is_hidden=hidden)
            elif part.tag in _BLOCKS and next(part.iter("table"), None) is None:
                said = join(self._runs(part))
                if said.text.strip():
                    self.filler.mark(self.row, 0, said, None)
                self._line(said.text)
            elif part.tag not in _LEFT_OUT:
                self.add(part, is_hidden=hidden)
            self._line(part.tail)

    def _line(self, text: str | None) -> None:
        if text and (flat := _BLANKS.sub(" ", text).strip()):
            self.filler.put(self.row, 0, flat)
            self.row += 1

    def _table(self, table: Any, *, is_hidden: bool) -> None:
        taken: set[tuple[int, int]] = set()
        for row in _rows(table):
            if row.tag == "caption":
                self._line(join(self._runs(row)).text)
                continue
            cells = [*_cells(row)]
            if (
                len(cells) == 1
                and _holds_columns(cells[0])
                and not any(at == self.row for at, _ in taken)
            ):
                # A table that only sets out the page.
                self.add(cells[0], is_hidden=is_hidden)
                continue
            look = self.styles.of(row)
            if is_hidden or look.is_hidden:
                self.budget.hide(1)
                self.hidden_rows.append(self.row)
            self._cells(cells, taken, is_struck=look.is_struck)
            self.row += 1

    def _cells(self, cells: list[Any], taken: set[tuple[int, int]], *, is_struck: bool) -> None:
        column = 0
        for cell in cells:
            while (self.row, column) in taken:
                column += 1
            down, right = _span(cell, "rowspan"), _span(cell, "colspan")
            if down or right:
                self.budget.marks((down + 1) * (right + 1))
                taken |= {
                    (self.row + d, column + r) for d in range(down + 1) for r in range(right + 1)
                }
            self._cell(cell, column, down, right, is_struck=is_struck)
            column += right + 1

    def _cell(self, cell: Any, column: int, down: int, right: int, *, is_struck: bool) -> None:
        look = self.styles.of(cell)
        if look.is_hidden:
            # As hidden columns are in other formats: read, and said.
            self.hidden_columns.add(column)
        said = self._said(cell, _inherited(look, is_struck=is_struck))
        error = cell.get("x:err")
        number, code = _number(cell, look, said.text)
        text = "" if error else number or said.text
        self.filler.put(self.row, column, text, error, down=down, right=right)
        if not error and (number or code or said.left_out or said.is_wholly_struck):
            self._mark(column, said, number, code)

    def _mark(self, column: int, said: Joined, number: str, code: str | None) -> None:
        """What is to be known of a cell beside its text."""
        if not (number or said.text or said.left_out):
            return
        shown = None
        if number:
            shown = beside.shown(code, number, said.text)
            if is_long(float(number)):
                self.filler.long_numbers.append((self.row, column))
        elif code:
            shown = _typed(code, said.text)
        self.filler.mark(self.row, column, said, shown)

    def _said(self, cell: Any, look: Look) -> Joined:
        """What the runs of a cell come to, without blanks around it."""
        if not len(cell) and not look.keeps_lines:
            text = _BLANKS.sub(" ", cell.text or "").strip(" ")
            return Joined(text, "", look.is_struck and bool(text))
        said = join(self._runs(cell, look))
        return said._replace(text=said.text.strip(" \n"))

    def _runs(self, element: Any, look: Look | None = None) -> list[Run]:
        """The parts of the text as they are shown: blanks run together, breaks where the page breaks."""
        look = look or self.styles.of(element)
        if not len(element):
            return [_run(element.text, look)]
        parts = [*self._parts(element, look)]
        return [*_tidied(parts)]

    def _parts(self, element: Any, look: Look) -> Iterator[Run]:
        """The text of the element, whose look it is, and of everything in it."""
        yield _run(element.text, look)
        for part in element:
            if part.tag not in _LEFT_OUT and part.get("class") != _ANCHOR:
                own = self.styles.of(part)
                is_apart = part.tag in _LINES or own.is_block
                yield Run("\n" if is_apart else "")
                yield from self._parts(part, _inner(look, own, part.tag))
                yield Run("\n" if is_apart and part.tag != "br" else "")
            yield _run(part.tail, look)


def _inherited(look: Look, *, is_struck: bool) -> Look:
    """What the parts of a cell have of its look."""
    if look.keeps_lines:
        return Look(is_struck=is_struck or look.is_struck, keeps_lines=True)
    return _STRUCK_OUT if is_struck or look.is_struck else PLAIN


def _inner(outer: Look, own: Look, tag: str) -> Look:
    """How a part looks within its surroundings."""
    return Look(
        outer.is_struck or own.is_struck or tag in STRUCK,
        outer.is_raised or own.is_raised or tag == "sup",
        outer.is_lowered or own.is_lowered or tag == "sub",
        outer.is_hidden or own.is_hidden or tag in _HIDDEN,
        keeps_lines=outer.keeps_lines or own.keeps_lines or tag in _KEEPING_LINES,
    )


def _run(text: str | None, look: Look) -> Run:
    flat = _SPACES if look.keeps_lines else _BLANKS
    return Run(
        flat.sub(" ", text or ""), look.is_struck, look.is_raised, look.is_lowered, look.is_hidden
    )


def _tidied(runs: list[Run]) -> Iterator[Run]:
    """The runs without blanks beside line breaks, and without breaks at either end or in a row."""
    is_start = True
    waiting: Run | None = None
    for run in runs:
        text = run.text
        if text == "\n":
            waiting = None if is_start else run
            continue
        if not text or (text == " " and (is_start or waiting)):
            continue
        if waiting:
            yield waiting
            waiting = None
            text = text.lstrip(" ")
        is_start = False
        yield run._replace(text=text)


def _holds_columns(cell: Any) -> bool:
    """Whether another table, with columns of its own, stands in the cell."""
    table = next(cell.iter("table"), None)
    rows = () if table is None else _rows(table)
    return any(len([*_cells(row)]) > 1 for row in rows if row.tag == "tr")


def _rows(table: Any) -> Iterator[Any]:
    """The table's own rows, without those of tables within its cells.

    Raises UnreadableError for what stands in none of them: nobody could tell which row's it is.
    """
    _refuse_loose(table.text)
    for part in table:
        _refuse_loose(part.tail)
        if part.tag in {"tr", "caption"}:
            yield part
        elif part.tag in _CELLS:
            raise UnreadableError(_LOOSE)
        elif part.tag not in _COLUMNS and part.tag not in _LEFT_OUT:
            # Forms and other elements may lie around rows, as around the parts of a table.
            yield from _rows(part)


def _cells(row: Any) -> Iterator[Any]:
    """The cells of a row, also those that a form lies around. Raises as `_rows`."""
    _refuse_loose(row.text)
    for part in row:
        _refuse_loose(part.tail)
        if part.tag in _CELLS:
            yield part
        elif part.tag not in _LEFT_OUT:
            yield from _cells(part)


def _refuse_in_head(element: Any) -> None:
    """Raises UnreadableError where text stands in the head, of which nothing is read.

    Only what no program knows, or knows from the body, holds any there.
    """
    for part in element.iter("head") if element.tag == "html" else element:
        if part.tag == "head":
            _refuse_in_head(part)
        elif part.tag not in _LEFT_OUT | _HIDDEN and ":" not in part.tag:
            _refuse_loose(part.text)
            _refuse_in_head(part)


def _refuse_loose(text: str | None) -> None:
    if text and text.strip():
        raise UnreadableError(_LOOSE)


def _span(cell: Any, name: str) -> int:
    """How many cells further it reaches."""
    text = cell.get(name)
    if text is None:
        return 0
    text = text.strip()
    if not _WHOLE_NUMBER.fullmatch(text):
        return 0
    return max(min(int(text[:_ENOUGH_DIGITS]), _MAX_SPAN), 1) - 1


def _number(cell: Any, look: Look, text: str) -> tuple[str, str | None]:
    """The number that is stored beside the text, "" for none, and the code of its format."""
    code = beside.code_of(look.number_format) if look.number_format else None
    stated = cell.get("x:num")
    if stated is not None:
        return _plain(stated or text), code
    if (stated := cell.get("sdval")) is not None:
        # Of LibreOffice: the format stands behind two languages.
        code = beside.code_of("".join(cell.get("sdnum", "").split(";", 2)[2:]))
        return (_plain(stated) if code or beside.is_one_number(text) else ""), code
    return "", None if cell.get("x:str") is not None else code


def _plain(number: str) -> str:
    """The number as a grid has it; "" where it is none."""
    try:
        value = Decimal(number.replace(",", "").strip())
    except InvalidOperation:
        return ""
    return cell_text(float(value)) if value.is_finite() else ""


def _typed(code: str, text: str) -> Shown | None:
    """What a spreadsheet program makes of a number that the page has as plain text."""
    if not _PLAIN_NUMBER.fullmatch(text):
        return None
    return beside.shown(code, cell_text(float(text.replace(",", ""))), text)
