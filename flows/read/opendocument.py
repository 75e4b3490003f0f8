"""An .ods: everything from its content.xml, a row at a time.

Repeated blank rows and columns, by which such files reach to the sheet's end, are never filled in.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml import etree

from flows.read.budget import Budget, refuse_wide
from flows.read.grid import (
    BROKEN,
    NO_RESULT,
    NO_TABLE,
    Book,
    Grid,
    Range,
    Shown,
    UnreadableError,
    cell_text,
    is_long,
)
from flows.read.number_format import dress
from flows.read.opendocument_styles import PLAIN, CellLook, Styles, TextLook
from flows.read.runs import Joined, Run, join
from flows.read.xml import events, parse

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
_SPREADSHEET, _LINK = f"{_OFFICE}spreadsheet", f"{_TABLE}dde-link"
# In what rows and cells stand.
_HOLDERS = {
    f"{_TABLE}table-row": {
        f"{_TABLE}{name}"
        for name in ("table", "table-rows", "table-header-rows", "table-row-group")
    },
    **{cell: {f"{_TABLE}table-row"} for cell in _CELLS},
}
# Remarks and notes that hang on a text.
_NO_TEXT = {f"{_OFFICE}annotation", f"{_OFFICE}annotation-end", f"{_TEXT}note"}
_ERROR = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)|(?:Err|错误)[:：]\d+")
# Styles stand in front of it.
_BODY = re.compile(rb"<(?:\w+:)?spreadsheet[\s/>]")
_LAST_COLUMN = 16_384
_STYLE_NAME = f"{_TEXT}style-name"
_PARAGRAPH = f"{_TEXT}p"
_VALUE_TYPE = f"{_OFFICE}value-type"
_VALUE, _DATE_VALUE = f"{_OFFICE}value", f"{_OFFICE}date-value"
_BOOLEAN_VALUE = f"{_OFFICE}boolean-value"
_FORMULA = f"{_TABLE}formula"
_DEFAULT_STYLE = f"{_TABLE}default-cell-style-name"
# Digits that spreadsheet programs keep of a number.
_KEPT_DIGITS = 15
_NUMBERS = {"float", "percentage", "currency"}
_YUAN = {"CNY", "RMB", "CNH"}


@dataclass
class _Sheet:
    """A sheet as far as it has been read; `number` is the row that comes next."""

    name: str
    is_hidden: bool
    styles: Styles
    budget: Budget
    number: int = 0
    column: int = 0
    width: int = 0
    rows: list[list[str]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)
    struck: list[tuple[int, int]] = field(default_factory=list)
    left_out: dict[tuple[int, int], str] = field(default_factory=dict)
    long_numbers: list[tuple[int, int]] = field(default_factory=list)
    column_styles: list[tuple[int, int, str]] = field(default_factory=list)
    """First column, the one behind the last, and the style of their cells that have none."""

    def grid(self) -> Grid:
        return Grid(
            self.name,
            self.rows,
            self.merged,
            self.is_hidden,
            self.hidden_rows,
            self.hidden_columns,
            self.broken,
            shown=self.shown,
            struck=self.struck,
            left_out=self.left_out,
            long_numbers=self.long_numbers,
        )

    def look(self, cell: Any, row: Any, column: int) -> CellLook:
        """How a cell looks by its own style, that of its row or that of its column."""
        style = cell.get(f"{_TABLE}style-name") or row.get(_DEFAULT_STYLE)
        if style is None and self.column_styles:
            own = (name for first, stop, name in self.column_styles if first <= column < stop)
            style = next(own, None)
        return self.styles.cells.get(style or "Default", PLAIN)

    def mark(self, row: int, column: int, marks: _Marked) -> None:
        """Keeps what is to be known of the cell beside its text."""
        if marks.shown:
            self.shown[row, column] = marks.shown
        if marks.left_out:
            self.left_out[row, column] = marks.left_out
        if marks.is_struck:
            self.struck.append((row, column))
        if marks.is_long:
            self.long_numbers.append((row, column))


def read(archive: zipfile.ZipFile, names: Mapping[str, str], budget: Budget) -> Book:
    """Reads the spreadsheet; `names` has the names of its parts by small letters.

    Raises UnreadableError.
    """
    try:
        xml = archive.read(names["content.xml"])
        # The styles by name stand in a part of their own.
        part = names.get("styles.xml")
        styles = archive.read(part) if part else b""
        own = _BODY.search(xml)
        budget.elements(
            "样式", styles.count(b"<") + xml.count(b"<", 0, own.start() if own else None)
        )
        sheets = list(_sheets(xml, [parse(styles)] if part else [], budget))
    except (etree.XMLSyntaxError, zipfile.BadZipFile, ValueError) as error:
        raise UnreadableError(BROKEN) from error
    if not sheets:
        raise UnreadableError(NO_TABLE)
    return Book("ods", sheets)


def _sheets(xml: bytes, common_styles: list[Any], budget: Budget) -> Iterator[Grid]:
    hidden_styles: set[str] = set()
    styles = Styles.of(common_styles)
    sheet: _Sheet | None = None
    # Tables that are no sheets: a chart has its data in one.
    within = 0
    for event, element in events(xml, ("start", "end")):
        name = element.tag
        if event == "start":
            _refuse_strayed(element)
            if name == f"{_TABLE}table" and (sheet is not None or _is_linked(element)):
                within += 1
            elif name == f"{_TABLE}table":
                style, title = element.get(f"{_TABLE}style-name"), element.get(f"{_TABLE}name", "")
                budget.begin_sheet(title)
                sheet = _Sheet(title, style in hidden_styles, styles, budget)
        elif within:
            within -= name == f"{_TABLE}table"
        elif name == f"{_STYLE}table-properties":
            if element.get(f"{_TABLE}display") == "false":
                hidden_styles.add(element.getparent().get(f"{_STYLE}name", ""))
        elif name == f"{_OFFICE}automatic-styles":
            styles = Styles.of([element, *common_styles])
        elif sheet is not None and name == f"{_TABLE}table-column":
            _add_columns(sheet, element)
        elif sheet is not None and name == f"{_TABLE}table-row":
            _add_row(sheet, element)
            element.clear()
        elif sheet is not None and name == f"{_TABLE}table":
            yield sheet.grid()
            sheet = None
            element.clear()


def _refuse_strayed(element: Any) -> None:
    """Raises UnreadableError where a row or a cell begins in what holds none, or a table in a cell.

    Nobody knows whose it is.
    """
    holders = _HOLDERS.get(element.tag)
    if holders and _holder(element) not in holders:
        raise UnreadableError(BROKEN)
    if element.tag == f"{_TABLE}table" and _holder(element) in _CELLS:
        raise UnreadableError(BROKEN)


def _holder(element: Any) -> str | None:
    """In what the element stands; None where it is all there is."""
    parent = element.getparent()
    return None if parent is None else str(parent.tag)


def _is_linked(table: Any) -> bool:
    """Whether it holds what was read by a link to another program, and is no sheet.

    Raises UnreadableError where it is neither: no program finds it there.
    """
    holder = _holder(table)
    if holder not in {_SPREADSHEET, _LINK}:
        raise UnreadableError(BROKEN)
    return holder == _LINK


def _count(element: Any, of: str) -> int:
    return max(1, int(element.get(f"{_TABLE}number-{of}-repeated", 1)))


def _is_hidden(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility") in {"collapse", "filter"}


def _add_columns(sheet: _Sheet, element: Any) -> None:
    count = _count(element, "columns")
    if (style := element.get(_DEFAULT_STYLE)) in sheet.styles.cells:
        sheet.column_styles.append((sheet.column, sheet.column + count, style))
    if _is_hidden(element):
        hidden = range(sheet.column, min(sheet.column + count, _LAST_COLUMN))
        sheet.budget.hide(len(hidden))
        sheet.hidden_columns += hidden
    sheet.column += count


def _add_row(sheet: _Sheet, element: Any) -> None:
    first = sheet.number
    count = _count(element, "rows")
    sheet.number += count
    texts: list[str] = []
    broken: dict[int, str] = {}
    marked: list[tuple[range, _Marked]] = []
    column = 0
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        repeated = _count(cell, "columns")
        look = sheet.look(cell, element, column) if sheet.styles.cells else PLAIN
        said, error = _content(cell, sheet.styles, look)
        if said.text or error:
            refuse_wide(1, column + repeated)
            if said.text:
                # A text counts as often as it is repeated, before it is.
                sheet.budget.take(0, repeated * count, len(said.text) * repeated * count)
            text = sheet.budget.text(said.text)
            texts += [""] * (column - len(texts)) + [text] * repeated
        if error:
            sheet.budget.marks(repeated * count)
            broken |= dict.fromkeys(range(column, column + repeated), error)
        elif _may_have_marks(cell, said, look) and any(marks := _marked(cell, said, look)):
            sheet.budget.marks(repeated * count)
            marked.append((range(column, column + repeated), marks))
        down = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
        right = int(cell.get(f"{_TABLE}number-columns-spanned", 1))
        if down > 1 or right > 1:
            sheet.budget.marks(1)
            sheet.merged.append((first, column, first + down - 1, column + right - 1))
        column += repeated
    if not texts and not marked:
        return
    sheet.width = max(sheet.width, len(texts))
    refuse_wide(first + count, sheet.width)
    sheet.budget.take(len(texts) * count, 0, 0)
    sheet.rows += [[] for _ in range(first - len(sheet.rows))]
    sheet.rows += [list(texts) for _ in range(count)]
    for number in range(first, first + count):
        sheet.broken |= {(number, index): error for index, error in broken.items()}
        for columns, marks in marked:
            for index in columns:
                sheet.mark(number, index, marks)
    if _is_hidden(element):
        sheet.budget.hide(count)
        sheet.hidden_rows += range(first, first + count)


class _Marked(NamedTuple):
    """What is to be known of a cell beside its text, as in `Grid`."""

    shown: Shown | None
    is_struck: bool
    left_out: str
    is_long: bool


def _may_have_marks(cell: Any, said: Joined, look: CellLook) -> bool:
    """Whether there may be anything to say of the cell; of most there is nothing."""
    if not said.text:
        return bool(said.left_out)
    if look is not PLAIN or said.left_out or said.is_wholly_struck:
        return True
    return len(said.text) > _KEPT_DIGITS or cell.get(_VALUE_TYPE) not in {"float", "string"}


def _marked(cell: Any, said: Joined, look: CellLook) -> _Marked:
    kind = cell.get(_VALUE_TYPE)
    is_number = kind in _NUMBERS
    code = look.code or _code_of_type(kind, cell.get(f"{_OFFICE}currency"))
    shown = None
    if code and (is_number or kind in {"string", None}):
        shown = dress(code, said.text, is_text=not is_number)
    is_lost = is_number and is_long(float(said.text))
    return _Marked(shown, said.is_wholly_struck, said.left_out, is_lost)


def _code_of_type(kind: str | None, currency: str | None) -> str | None:
    """The format of a cell that has none of its own, by the type of its value."""
    if kind == "percentage":
        return "0.00%"
    return f'"{currency}"0' if kind == "currency" and currency and currency not in _YUAN else None


def _content(cell: Any, styles: Styles, look: CellLook) -> tuple[Joined, str | None]:
    """What the cell says, and its error if it has one."""
    kind = cell.get(_VALUE_TYPE)
    has_formula = cell.get(_FORMULA) is not None
    if (value := _VALUES.get(kind)) is not None:
        return Joined(value(cell), "", look.is_struck), None
    if not len(cell) and not kind:
        return _BLANK, NO_RESULT if has_formula else None
    said = _said(cell, styles, look)
    is_error = cell.get(f"{_CALCEXT}value-type") == "error"
    if is_error or (has_formula and _ERROR.fullmatch(said.text)):
        return Joined(""), said.text or "#ERROR"
    return said, None


def _number(cell: Any) -> str:
    value = _stated(cell, _VALUE)
    return "" if value is None else cell_text(float(value))


def _day(cell: Any) -> str:
    return (_stated(cell, _DATE_VALUE) or "").removesuffix("T00:00:00")


def _truth(cell: Any) -> str:
    return (_stated(cell, _BOOLEAN_VALUE) or "").upper()


def _stated(cell: Any, name: str) -> str | None:
    """The value of a cell with a type, which stands beside its text; None for a blank cell.

    Raises UnreadableError where there is but a text: some programs take that, some 0.
    """
    value = cell.get(name)
    if value is None and any(any(one.itertext()) for one in cell.iterchildren(_PARAGRAPH)):
        raise UnreadableError(BROKEN)
    return None if value is None else str(value)


_BLANK = Joined("")
_VALUES: dict[str | None, Callable[[Any], str]] = {
    **dict.fromkeys(_NUMBERS, _number),
    "date": _day,
    "boolean": _truth,
}


def _said(cell: Any, styles: Styles, look: CellLook) -> Joined:
    """What the paragraphs of the cell come to."""
    paragraphs = [*cell.iterchildren(_PARAGRAPH)]
    stated = cell.get(f"{_OFFICE}string-value")
    if len(paragraphs) == 1 and not len(paragraphs[0]):
        is_plain = not styles.texts or paragraphs[0].get(_STYLE_NAME) not in styles.texts
    else:
        is_plain = not any(map(len, paragraphs)) and not styles.texts
    if is_plain:
        text = stated or "\n".join(paragraph.text or "" for paragraph in paragraphs)
        return Joined(text, "", look.is_struck and bool(text))
    runs: list[Run] = []
    for paragraph in paragraphs:
        runs += [Run("\n")] * bool(runs)
        runs += _runs(paragraph, TextLook(look.is_struck), styles)
    return join(runs)


def _runs(element: Any, outer: TextLook, styles: Styles) -> Iterator[Run]:
    """The text of a paragraph or a part of it; blanks, tabs and breaks are elements in it."""
    look = outer
    if styles.texts and (own := styles.texts.get(element.get(_STYLE_NAME, ""))):
        look = own.within(outer)
    if element.tag == f"{_TEXT}ruby-text":
        look = look._replace(is_hidden=True)
    yield look.run(element.text or "")
    for part in element:
        if part.tag == f"{_TEXT}s":
            yield look.run(" " * min(int(part.get(f"{_TEXT}c", 1)), 1000))
        elif part.tag in {f"{_TEXT}tab", f"{_TEXT}line-break"}:
            yield look.run("\t" if part.tag.endswith("tab") else "\n")
        elif part.tag not in _NO_TEXT:
            yield from _runs(part, look, styles)
        yield look.run(part.tail or "")
