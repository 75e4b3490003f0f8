"""Pages of ours by openpyxl, into a workbook that somebody else has made."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from flows.answer.page import FONT, STYLES, Cell, Page, Style, looks_like_formula, writable


def put_text(cell: Any, text: str) -> None:
    """Puts a text into a cell as a text, whatever it looks like."""
    # Assigning a value would make a formula of what begins with "=".
    cell._value = writable(text)
    cell.data_type = "s"
    if looks_like_formula(cell._value):
        cell.quotePrefix = True


def fill_of(colour: str) -> Any:
    """A plain fill of that colour."""
    return PatternFill("solid", fgColor=f"FF{colour}")


class Pages:
    """Adds pages to a workbook; the styles are made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._styles: dict[str, Any] = {}

    def add(self, page: Page, position: int | None = None) -> Worksheet:
        """Adds the page as a sheet, at a position or as the last one."""
        sheet = self._book.create_sheet(page.name, position)
        for number, cells in enumerate(page.rows, start=1):
            if number - 1 in page.heights:
                sheet.row_dimensions[number].height = page.heights[number - 1]
            column = 1
            for cell in cells:
                self._write(sheet, number, column, cell)
                column += cell.span
        for index, width in enumerate(page.widths, start=1):
            sheet.column_dimensions[get_column_letter(index)].width = width
        _set_up(sheet, page)
        return sheet

    def _write(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        target = SheetCell(sheet, row=row, column=column)
        sheet._cells[row, column] = target
        target._style = copy.copy(self._style(sheet, cell.style))
        if isinstance(cell.value, str):
            put_text(target, cell.value)
        elif cell.value is not None:
            shape = target.number_format
            target.value = cell.value
            target.number_format = shape
        if cell.link:
            target.hyperlink = Hyperlink(ref=target.coordinate, location=cell.link)
            # The setter puts the look of a program's own links over ours.
            target._style = copy.copy(self._style(sheet, cell.style))
        if cell.span > 1:
            sheet.merge_cells(
                start_row=row, end_row=row, start_column=column, end_column=column + cell.span - 1
            )

    def _style(self, sheet: Worksheet, name: str) -> Any:
        if name not in self._styles:
            model = SheetCell(sheet, row=1, column=1)
            font, fill, alignment, border, protection, number_format = _parts(STYLES[name])
            model.font, model.alignment, model.border = font, alignment, border
            model.protection, model.number_format = protection, number_format
            if fill is not None:
                model.fill = fill
            self._styles[name] = model._style
        return self._styles[name]


@cache
def _parts(style: Style) -> tuple[Any, ...]:
    side = Side("thin", color="FFA6A6A6")
    return (
        Font(
            name=FONT,
            size=style.size,
            bold=style.bold,
            italic=style.italic,
            underline="single" if style.underlined else None,
            color=f"FF{style.colour}",
        ),
        fill_of(style.fill) if style.fill else None,
        Alignment(horizontal=style.align, vertical=style.valign, wrap_text=style.wrap),
        Border(left=side, right=side, top=side, bottom=side) if style.border else Border(),
        Protection(locked=style.locked),
        style.number_format,
    )


def _set_up(sheet: Worksheet, page: Page) -> None:
    """What stays on screen, the printed page, protection."""
    if page.is_very_hidden:
        sheet.sheet_state = "veryHidden"
        return
    sheet.sheet_view.showGridLines = False
    if page.header_row is not None:
        sheet.freeze_panes = f"A{page.header_row + 2}"
        sheet.print_title_rows = f"{page.header_row + 1}:{page.header_row + 1}"
    if page.is_protected:
        sheet.protection.sheet = True
        sheet.protection.formatColumns = False
        sheet.protection.formatRows = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.5, 0.6, 0.3
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页　共 &N 页"
