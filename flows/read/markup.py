"""HTML tables and XML spreadsheets of 2003, both usually sent with the name of an .xls.

Pages are for `flows.read.webpage`; an XML spreadsheet is read here, each cell with the style that
it has of its own, of its row or of its column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from flows.read import beside, webpage
from flows.read.budget import Budget
from flows.read.filler import Filler
from flows.read.grid import (
    BROKEN,
    NO_RESULT,
    NO_TABLE,
    Book,
    Grid,
    UnreadableError,
    cell_text,
    is_long,
)
from flows.read.number_format import dress
from flows.read.runs import Joined, Run, join
from flows.read.xml import parse

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_DECLARATION = re.compile(r"^\s*<\?xml\s.*?\?>", re.DOTALL)
# What a document begins with, whatever stands in front of it that says nothing.
_ROOT = re.compile(
    r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*(?:\[.*?\]\s*)?>)*+"
    r"<(?:[^\s<>/:=\"']+:)?Workbook[\s>]",
    re.DOTALL,
)


def read(text: str, budget: Budget) -> Book:
    """Reads either format. Raises UnreadableError."""
    # The text is decoded already, whatever its declaration says.
    text = _DECLARATION.sub("", text)
    try:
        if _ROOT.match(text):
            return _xml(text, budget)
        return Book("html", [webpage.read(text, budget)])
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise UnreadableError(BROKEN) from error


@dataclass(frozen=True)
class _Style:
    """What a style says that changes what a cell says; None where it leaves that to its parent."""

    code: str | None = None
    is_struck: bool | None = None


_PLAIN = _Style()


def _xml(text: str, budget: Budget) -> Book:
    root = parse(text.encode("utf-8", "replace"))
    epoch = next(root.iter(f"{_X}Date1904"), None) is not None
    styles = _styles(root)
    sheets = [
        _worksheet(one, styles, budget, uses_1904=epoch) for one in root.iter(f"{_SS}Worksheet")
    ]
    if not sheets:
        raise UnreadableError(NO_TABLE)
    return Book("xml", sheets)


def _styles(root: Any) -> dict[str, _Style]:
    """The styles that can change what a cell says, by their names; mostly none."""
    own = {one.get(f"{_SS}ID", ""): one for one in root.iter(f"{_SS}Style")}
    styles = {name: _style(name, own, 10) for name in own}
    return {name: one for name, one in styles.items() if one.code or one.is_struck}


def _style(name: str | None, own: Mapping[str, Any], depth: int) -> _Style:
    element = own.get(name or "")
    if element is None or not depth:
        return _PLAIN
    code = is_struck = None
    for part in element:
        if part.tag == f"{_SS}NumberFormat":
            # A format that tells nothing still takes the place of the parent's.
            code = beside.code_of(part.get(f"{_SS}Format")) or ""
        elif part.tag == f"{_SS}Font":
            is_struck = part.get(f"{_SS}StrikeThrough", "0") == "1"
    above = _style(element.get(f"{_SS}Parent"), own, depth - 1)
    return _Style(
        above.code if code is None else code, above.is_struck if is_struck is None else is_struck
    )


def _worksheet(
    worksheet: Any, styles: Mapping[str, _Style], budget: Budget, *, uses_1904: bool
) -> Grid:
    budget.begin_sheet(worksheet.get(f"{_SS}Name", ""))
    _refuse_nested(worksheet)
    filler = Filler(budget)
    hidden_columns: list[int] = []
    of_columns: dict[int, str] = {}
    column = 0
    for one in worksheet.iter(f"{_SS}Column"):
        column = int(one.get(f"{_SS}Index", column + 1)) - 1
        span = min(int(one.get(f"{_SS}Span", 0)), 16_384) + 1
        if one.get(f"{_SS}Hidden") == "1":
            budget.hide(span)
            hidden_columns += range(column, column + span)
        if (name := one.get(f"{_SS}StyleID")) in styles:
            of_columns |= dict.fromkeys(range(column, column + span), name)
        column += span
    hidden_rows: list[int] = []
    number = 0
    numbers: set[int] = set()
    for row in worksheet.iter(f"{_SS}Row"):
        number = int(row.get(f"{_SS}Index", number + 1)) - 1
        _add_new(number, numbers)
        if row.get(f"{_SS}Hidden") == "1":
            budget.hide(1)
            hidden_rows.append(number)
        index = 0
        indexes: set[int] = set()
        for cell in row.iterchildren(f"{_SS}Cell"):
            index = int(cell.get(f"{_SS}Index", index + 1)) - 1
            _add_new(index, indexes)
            down, right = int(cell.get(f"{_SS}MergeDown", 0)), int(cell.get(f"{_SS}MergeAcross", 0))
            said, error = _data(cell)
            filler.put(number, index, said.text, error, down=down, right=right)
            name = cell.get(f"{_SS}StyleID") or row.get(f"{_SS}StyleID") or of_columns.get(index)
            style = styles.get(name or "Default", _PLAIN) if styles else _PLAIN
            if style is not _PLAIN or said.left_out or said.is_wholly_struck or len(said.text) > 15:
                _mark(filler, number, index, cell, said, style)
            index += right + 1
        number += 1
    visible = next(worksheet.iter(f"{_X}Visible"), None)
    return Grid(
        worksheet.get(f"{_SS}Name", ""),
        is_hidden=visible is not None and (visible.text or "").strip().startswith("Sheet"),
        hidden_rows=hidden_rows,
        hidden_columns=hidden_columns,
        uses_1904=uses_1904,
        **filler.marks(),
    )


def _refuse_nested(worksheet: Any) -> None:
    """Raises UnreadableError where a row or a cell stands in another: nobody knows whose it is."""
    for name, holder in (("Row", "Table"), ("Cell", "Row")):
        if any(one.getparent().tag != f"{_SS}{holder}" for one in worksheet.iter(f"{_SS}{name}")):
            raise UnreadableError(BROKEN)


def _add_new(place: int, places: set[int]) -> None:
    """Raises UnreadableError where another row or cell stands there already: one would be lost."""
    if place in places:
        raise UnreadableError(BROKEN)
    places.add(place)


def _mark(filler: Filler, row: int, column: int, cell: Any, said: Joined, style: _Style) -> None:
    if not (said.text or said.left_out):
        return
    kind = cell.find(f"{_SS}Data").get(f"{_SS}Type")
    shown = None
    if style.code and kind in {"Number", "String"}:
        shown = dress(style.code, said.text, is_text=kind == "String")
    if style.is_struck:
        said = said._replace(is_wholly_struck=True)
    filler.mark(row, column, said, shown)
    if kind == "Number" and is_long(float(said.text)):
        filler.long_numbers.append((row, column))


def _data(cell: Any) -> tuple[Joined, str | None]:
    data = cell.find(f"{_SS}Data")
    if data is None:
        return Joined(""), NO_RESULT if cell.get(f"{_SS}Formula") else None
    said = join(_runs(data)) if len(data) else Joined(data.text or "")
    match data.get(f"{_SS}Type"):
        case "Error":
            return Joined(""), said.text or "#ERROR"
        case "Number":
            return said._replace(text=cell_text(float(said.text))), None
        case "DateTime":
            return said._replace(
                text=said.text.removesuffix(".000").removesuffix("T00:00:00")
            ), None
        case "Boolean":
            return said._replace(text="TRUE" if said.text == "1" else "FALSE"), None
        case _:
            return said, None


def _runs(
    element: Any, struck: bool = False, raised: bool = False, lowered: bool = False
) -> Iterator[Run]:
    """The runs of a text that is marked up as a page would be."""
    yield Run(element.text or "", struck, raised, lowered)
    for part in element:
        name = etree.QName(part).localname.lower()
        yield from _runs(
            part,
            struck or name in webpage.STRUCK,
            raised or name == "sup",
            lowered or name == "sub",
        )
        yield Run(part.tail or "", struck, raised, lowered)
