"""A bulletin as a workbook: its text on the first sheet, a sheet for each table.

Numbers are those that are printed, so that the three formats say the same; every digit of the figures
stands in `export.xlsx` and in the month's workbook. What stood in somebody's cell stays text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flows.answer import page as pages
from flows.answer.page import Page, Style
from flows.answer.workbook import Workbook
from flows.bulletin.document import Cell, Document, Table

_TITLE = Style(bold=True, size=18, align="center")
_SUBTITLE = Style(size=12, align="center")
_HEADING = Style(bold=True, size=12)
_TEXT = Style(size=11, wrap=True)
_HEADER = Style(bold=True, border=True, wrap=True, align="center", fill="DDE6F0")
_UNIT = Style(align="right")
_NOTE = Style(wrap=True, colour="404040")
# Of the first sheet, and of what all columns of a table have together, in narrow characters.
_TEXT_WIDTH, _TABLE_WIDTH = 110.0, 120.0


def made(said: Document) -> bytes:
    """The workbook, as the bytes of its file."""
    workbook = Workbook()
    for number, page in enumerate(_pages(said)):
        page.is_protected = False
        page.footer = (f"{said.title}{said.subtitle}", "")
        workbook.add(page, is_first=not number)
    workbook.describe(f"{said.title}{said.subtitle}", {"fingerprint": said.fields["数据指纹"]})
    return workbook.save()


def _pages(said: Document) -> Iterator[Page]:
    page = Page("通报", [_TEXT_WIDTH])
    if said.fields["文号"]:
        page.add_line(said.fields["文号"], _SUBTITLE, height=22)
    page.add_line(said.title, _TITLE, height=34)
    page.add_line(said.subtitle, _SUBTITLE, height=22)
    for heading, section in said.numbered:
        page.add_line(heading, _HEADING, height=24)
        for block in section.blocks:
            if isinstance(block, str):
                page.add_line(f"　　{block}", _TEXT)
    if said.source:
        page.add_line(said.source, _TEXT)
    page.add_line(f"{said.fields['署名']}　{said.fields['日期']}", _UNIT, height=30)
    if said.copy_to:
        page.add_line(said.copy_to, _TEXT)
    yield page
    for _, section in said.numbered:
        for table in section.tables:
            yield _sheet(said, table)


def _sheet(said: Document, table: Table) -> Page:
    page = Page(table.name, [one * _TABLE_WIDTH / 100 for one in table.shares])
    page.add_line(f"{table.name}　{table.title}".rstrip("　"), _TITLE, height=34)
    page.add_line(f"{said.title}{said.subtitle}", _SUBTITLE, height=22)
    if table.unit:
        page.add_line(table.unit, _UNIT)
    if table.has_groups:
        top = page.add(
            *(pages.Cell(text, _HEADER, span=span) for text, span in table.heads), height=46
        )
        page.header_rows = 2
        page.merged = [(top, n, top + 1, n) for n, one in enumerate(table.columns) if not one.group]
    page.header_row = page.add(
        *(
            pages.Cell("" if table.has_groups and not one.group else one.head, _HEADER)
            for one in table.columns
        ),
        height=24,
    )
    for number, row in enumerate(table.rows, start=1):
        is_total = table.has_total and number == len(table.rows)
        page.add(*(_cell(one, is_total) for one in row))
    for note in table.notes:
        page.add_line(note, _NOTE)
    return page


def _cell(cell: Cell, is_total: bool) -> pages.Cell:
    style = _style(cell.align, cell.number_format, is_total)
    return pages.Cell(cell.text if cell.number is None else cell.number, style)


@cache
def _style(align: str, number_format: str, bold: bool) -> Style:
    """Styles are told apart by what they are, not by comparing: each is made once."""
    return Style(border=True, wrap=True, align=align, number_format=number_format, bold=bold)
