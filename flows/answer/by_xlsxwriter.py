"""Sheets that are filled in, by xlsxwriter: styles that other pages share, texts that stay texts."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from flows.answer.page import FONT, Style, looks_like_formula, writable
from flows.answer.sheet import paper

_ALIGN = {"center": "vcenter", "top": "top"}


class Writer:
    """A workbook under way, and the formats that its sheets share."""

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

    def close(self) -> None:
        self.book.close()


def set_up_print(sheet: Worksheet, width: float) -> None:
    """A landscape page, everything in one width (`width` in narrow characters)."""
    sheet.set_landscape()
    sheet.set_paper(paper(width))
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
        "indent": style.indent,
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
