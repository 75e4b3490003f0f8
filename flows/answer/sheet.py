"""A page of ours as the XML of a sheet, row by row as it is written.

A library makes objects of every cell first; a thousand replies, or one with a hundred thousand
findings, are written ten times as fast without.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice

from flows.answer.page import STYLES, Cell, Page, Style, looks_like_formula, shortened
from flows.answer.styles import Styles
from flows.answer.xml import DECLARATION, MAIN, RELATIONS, attribute, text_element, xml_text
from flows.ground.findings import column_letter

# Spreadsheet programs open no workbook with more rows, or more links in one sheet.
MAX_ROWS, MAX_LINKS = 1_048_576, 65_530
# Nor one with more than 32,767 characters in a cell, of which rare ones count as two.
MAX_TEXT = 16_000
A3, A4 = 8, 9
# Wider tables than this are printed on the larger page.
A4_WIDTH = 200
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no time zones
_letter = cache(column_letter)


def sheet_xml(page: Page, styles: Styles, *, is_selected: bool) -> Iterator[str]:
    """The sheet's XML; `styles` are those of its workbook."""
    yield DECLARATION
    yield f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
    yield '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    yield _view(page, is_selected=is_selected)
    if page.widths:
        yield f"<cols>{''.join(map(_column, range(1, len(page.widths) + 1), page.widths))}</cols>"
    yield "<sheetData>"
    merged = [_merged(*area) for area in page.merged]
    links: list[str] = []
    shapes = _Shapes(styles)
    for number, (cells, height) in enumerate(islice(page.lines(), MAX_ROWS), start=1):
        size = f' ht="{height:g}" customHeight="1"' if height else ""
        yield f'<row r="{number}"{size}>{"".join(_row(number, cells, shapes, merged, links))}</row>'
    yield "</sheetData>"
    if page.is_protected and not page.is_data and not page.is_very_hidden:
        yield (
            '<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0"'
            ' formatRows="0"/>'
        )
    if page.filtered:
        yield f'<autoFilter ref="{_area(*page.filtered)}"/>'
    if merged:
        yield f'<mergeCells count="{len(merged)}">{"".join(merged)}</mergeCells>'
    if links:
        yield f"<hyperlinks>{''.join(links)}</hyperlinks>"
    yield _printed(page)
    if page.drawing:
        yield f'<legacyDrawing r:id="{page.drawing}"/>'
    yield "</worksheet>"


def _view(page: Page, *, is_selected: bool) -> str:
    view = (
        f'<sheetView showGridLines="{page.is_data:d}" tabSelected="{is_selected:d}"'
        ' workbookViewId="0">'
    )
    pane = ""
    top, left = 0 if page.header_row is None else page.header_row + 1, page.frozen_columns
    if top or left:
        split = f' xSplit="{left}"' * bool(left) + f' ySplit="{top}"' * bool(top)
        active = ("topRight" if not top else "bottomRight") if left else "bottomLeft"
        pane = (
            f'<pane{split} topLeftCell="{_letter(left)}{top + 1}" activePane="{active}"'
            f' state="frozen"/><selection pane="{active}"/>'
        )
    return f"<sheetViews>{view}{pane}</sheetView></sheetViews>"


def _column(number: int, width: float) -> str:
    # Programs count some pixels beside the characters.
    return f'<col min="{number}" max="{number}" width="{width + 0.7109375}" customWidth="1"/>'


def paper(width: float) -> int:
    """Which paper a sheet of that width (in narrow characters) is printed on."""
    return A3 if width > A4_WIDTH else A4


def _printed(page: Page) -> str:
    """A landscape page, everything in one width."""
    left, right = (
        f"&amp;{side}{_footed(text)}" if text else ""
        for side, text in zip("LR", page.footer, strict=True)
    )
    return (
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="{paper(sum(page.widths))}" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>{left}&amp;C第 &amp;P 页　共 &amp;N 页{right}</oddFooter>"
        "</headerFooter>"
    )


def _footed(text: str) -> str:
    """A text at the foot of a page, where & begins an order."""
    return xml_text(text.replace("&", "&&"))


def absolute(top: int, left: int, bottom: int, right: int) -> str:
    """An area as names state it, by its zero-based first row and column, and its last ones."""
    return f"${_letter(left)}${top + 1}:${_letter(right)}${bottom + 1}"


def _merged(top: int, left: int, bottom: int, right: int) -> str:
    return f'<mergeCell ref="{_area(top, left, bottom, right)}"/>'


def _area(top: int, left: int, bottom: int, right: int) -> str:
    return f"{_letter(left)}{top + 1}:{_letter(right)}{bottom + 1}"


class _Shapes(dict[tuple[str | Style, bool], int]):
    """The number of each style in the workbook, plain or with a text kept one when edited."""

    def __init__(self, styles: Styles) -> None:
        super().__init__()
        self._styles = styles

    def __missing__(self, key: tuple[str | Style, bool]) -> int:
        style, is_quoted = key
        known = STYLES[style] if isinstance(style, str) else style
        self[key] = self._styles.of(known, is_quoted=is_quoted)
        return self[key]


def _row(
    number: int,
    cells: Sequence[Cell | None],
    shapes: _Shapes,
    merged: list[str],
    links: list[str],
) -> Iterator[str]:
    """The row's cells; what is merged and what leads elsewhere is added to the lists."""
    column = -1
    for cell in cells:
        column += 1
        if cell is None:
            continue
        at = f"{_letter(column)}{number}"
        value = cell.value
        if value is None or value == "":
            yield f'<c r="{at}" s="{shapes[cell.style, False]}"/>'
        elif isinstance(value, str):
            shape, text = shapes[cell.style, looks_like_formula(value)], shortened(value, MAX_TEXT)
            yield f'<c r="{at}" s="{shape}" t="inlineStr"><is>{text_element(text)}</is></c>'
        else:
            stored = _stored(value)
            yield f'<c r="{at}" s="{shapes[cell.style, False]}"><v>{stored}</v></c>'
        if cell.link and len(links) < MAX_LINKS:
            links.append(f'<hyperlink ref="{at}" location={attribute(cell.link)}/>')
        if cell.span > 1:
            first, column = column, column + cell.span - 1
            merged.append(_merged(number - 1, first, number - 1, column))
            blank = shapes[cell.style, False]
            yield from (
                f'<c r="{_letter(n)}{number}" s="{blank}"/>' for n in range(first + 1, column + 1)
            )


def _stored(value: int | float | Decimal | dt.date) -> object:
    """What stands in the file: of a decimal all its digits."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _days(value) if isinstance(value, dt.date) else value


def _days(value: dt.date) -> float:
    """A day, or a time without zone, as the number that programs store."""
    moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
    return (moment - _EPOCH) / dt.timedelta(days=1)
