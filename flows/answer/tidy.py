"""A workbook that can't be sent back part by part, made one that can by a library.

Formulas give way to their results; links to other files, macros and what else the library doesn't
know are left behind. Of an earlier reply its sheets, colours and comments go.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import PatternFill
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from flows.answer.annotate import leads_out
from flows.answer.opinions import COMMENT_START
from flows.answer.page import SEVERITY_FILLS
from flows.read.marks import MARK_SHEET

_OUR_FILLS = {f"FF{colour}" for colour in SEVERITY_FILLS.values()}


def tidied(path: Path, own_sheets: tuple[str, ...] = ()) -> io.BytesIO:
    """The workbook in plain parts; `own_sheets` are those of an earlier reply.

    Raises whatever the library raises.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book: Any = load_workbook(
            io.BytesIO(path.read_bytes()),
            data_only=True,
            keep_vba=False,
            keep_links=False,
            rich_text=False,
        )
    is_returned = MARK_SHEET in book.sheetnames
    for name in (*own_sheets, MARK_SHEET):
        if name in book.sheetnames:
            del book[name]
    _drop_references(book)
    for sheet in book.worksheets:
        _settle_cells(sheet, is_returned=is_returned)
    target = io.BytesIO()
    _InMemory(book, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)).save()
    return target


class _InMemory(ExcelWriter):  # type: ignore[misc]
    """The library's writer, without the files in which it puts sheets aside."""

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        written = io.BytesIO()
        writer = WorksheetWriter(ws, written)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], written.getvalue())
        self.manifest.append(ws)


def _drop_references(book: Any) -> None:
    """Names and rules that lead into other files lead nowhere without them."""
    for owner in (book, *book.worksheets):
        for name, defined in list(owner.defined_names.items()):
            if leads_out(defined.value):
                del owner.defined_names[name]
    for sheet in book.worksheets:
        rules = sheet.data_validations.dataValidation
        sheet.data_validations.dataValidation = [
            one for one in rules if not leads_out(one.formula1) and not leads_out(one.formula2)
        ]
        formats = sheet.conditional_formatting
        for area in list(formats):
            if any(leads_out(text) for rule in area.rules for text in rule.formula):
                del formats[area.sqref]


def _settle_cells(sheet: Any, *, is_returned: bool) -> None:
    """Texts stay texts, links lead nowhere outside; an earlier reply's marks are taken off."""
    for cell in sheet._cells.values():
        if isinstance(cell, MergedCell):
            continue
        if cell.data_type == "f":
            # A formula that survived the loading has no result that could be shown.
            cell._value, cell.data_type = None, "n"
        if cell.hyperlink is not None and cell.hyperlink.target:
            cell._hyperlink = None
        if is_returned:
            _take_off(cell)
    sheet._hyperlinks = [one for one in sheet._hyperlinks if not one.target]


def _take_off(cell: Any) -> None:
    if cell.has_style and cell.fill.fgColor.rgb in _OUR_FILLS:
        cell.fill = PatternFill()
    if cell.comment is not None and COMMENT_START in cell.comment.text:
        own = cell.comment.text.partition(COMMENT_START)[0].strip()
        cell.comment = Comment(own, cell.comment.author) if own else None
