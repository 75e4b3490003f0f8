"""Pages of ours by xlsxwriter, into a workbook that is written from nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from flows.answer.page import (
    FONT,
    STYLES,
    Cell,
    Page,
    Style,
    looks_like_formula,
    writable,
)

A3, A4 = 8, 9
# Wider tables than this are printed on the larger page.
A4_WIDTH = 200
_ALIGN = {"center": "vcenter", "top": "top"}
# xlsxwriter refuses more links in one sheet.
MAX_LINKS = 60_000
ALLOWED = {"format_cells": False, "format_columns": True, "format_rows": True}


class Writer:
    """A workbook under way: pages and the formats that they share."""

    def __init__(self, target: Any) -> None:
        self.book = Workbook(
            target,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {"font_name": FONT, "font_size": 10},
            },
        )
        self._formats: dict[tuple[Style, bool], Format] = {}

    def format(self, style: Style, *, quoted: bool = False) -> Format:
        """The workbook's format for a style; `quoted` keeps a text a text when it is edited."""
        key = (style, quoted)
        if key not in self._formats:
            self._formats[key] = self.book.add_format(_properties(style, quoted=quoted))
        return self._formats[key]

    def write_text(self, sheet: Worksheet, row: int, column: int, text: str, style: Style) -> None:
        """Writes a text that stays one, whatever it looks like."""
        plain = writable(text)
        quoted = looks_like_formula(plain)
        sheet.write_string(row, column, plain, self.format(style, quoted=quoted))

    def add_page(self, page: Page) -> Worksheet:
        """Adds the page as the next sheet."""
        sheet = self.book.add_worksheet(page.name)
        if page.is_very_hidden:
            self._write_bare(sheet, page)
            return sheet
        for index, width in enumerate(page.widths):
            sheet.set_column(index, index, width)
        links = 0
        for number, cells in enumerate(page.rows):
            if number in page.heights:
                sheet.set_row(number, page.heights[number])
            column = 0
            for cell in cells:
                links += cell.link is not None
                self._write(sheet, number, column, cell, may_link=links <= MAX_LINKS)
                column += cell.span
        _set_up(sheet, page)
        return sheet

    def _write_bare(self, sheet: Worksheet, page: Page) -> None:
        """A page that nobody sees: its texts, and nothing that costs."""
        for number, cells in enumerate(page.rows):
            for column, cell in enumerate(cells):
                if cell.value:
                    sheet.write_string(number, column, writable(str(cell.value)))
        sheet.very_hidden()

    def _write(
        self, sheet: Worksheet, row: int, column: int, cell: Cell, *, may_link: bool
    ) -> None:
        style = STYLES[cell.style]
        shape = self.format(style)
        if cell.span > 1:
            sheet.merge_range(row, column, row, column + cell.span - 1, "", shape)
        value = cell.value
        if value is None:
            sheet.write_blank(row, column, None, shape)
        elif isinstance(value, str) and cell.link and may_link:
            sheet.write_url(row, column, f"internal:{cell.link}", shape, writable(value))
        elif isinstance(value, str):
            self.write_text(sheet, row, column, value, style)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, shape)
        else:
            sheet.write_number(row, column, value, shape)

    def close(self) -> None:
        self.book.close()


def _set_up(sheet: Worksheet, page: Page) -> None:
    """What stays on screen, the printed page, protection."""
    if page.header_row is not None:
        sheet.freeze_panes(page.header_row + 1, 0)
        sheet.repeat_rows(page.header_row)
    if page.is_protected:
        sheet.protect("", ALLOWED)
    sheet.hide_gridlines(2)
    set_up_print(sheet, sum(page.widths))


def set_up_print(sheet: Worksheet, width: float) -> None:
    """A landscape page, everything in one width (`width` in narrow characters)."""
    sheet.set_landscape()
    sheet.set_paper(A3 if width > A4_WIDTH else A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页　共 &N 页")


def _properties(style: Style, *, quoted: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "font_name": FONT,
        "font_size": style.size,
        "bold": style.bold,
        "italic": style.italic,
        "underline": 1 if style.underlined else 0,
        "font_color": f"#{style.colour}",
        "align": style.align,
        "valign": _ALIGN[style.valign],
        "text_wrap": style.wrap,
        "num_format": style.number_format,
        "locked": style.locked,
        "quote_prefix": quoted,
    }
    if style.fill:
        properties["bg_color"] = f"#{style.fill}"
    if style.border:
        properties |= {"border": 1, "border_color": "#A6A6A6"}
    return properties
