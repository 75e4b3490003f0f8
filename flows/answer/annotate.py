"""A submitted workbook with our opinion at its cells, its own look kept.

Values come as they were stored: formulas give way to their results, links to other files and
macros are left behind. What a library can't keep raises, and the reply is written anew instead.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from flows.answer.by_openpyxl import Pages, fill_of
from flows.answer.opinions import COMMENT_START, Note, at_shown_cells
from flows.answer.page import (
    COMMENT_WIDTH,
    SEVERITY_FILLS,
    Page,
    comment_height,
    looks_like_formula,
    writable,
)
from flows.recognise.returned import MARK_SHEET

AUTHOR = "审核意见"
_OUR_FILLS = {f"FF{colour}" for colour in SEVERITY_FILLS.values()}


class Annotated:
    """A submitted workbook, opened to be sent back."""

    def __init__(self, data: bytes, own_sheets: tuple[str, ...] = ()) -> None:
        """Opens the workbook; `own_sheets` are those of an earlier reply. Raises what openpyxl raises."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._book: Any = load_workbook(
                io.BytesIO(data), data_only=True, keep_vba=False, keep_links=False, rich_text=False
            )
        is_returned = MARK_SHEET in self._book.sheetnames
        for name in (*own_sheets, MARK_SHEET):
            if name in self._book.sheetnames:
                del self._book[name]
        self._drop_references()
        for sheet in self._book.worksheets:
            _settle_cells(sheet, is_returned=is_returned)

    @property
    def names(self) -> list[str]:
        """The names of all sheets."""
        return list(self._book.sheetnames)

    def _drop_references(self) -> None:
        """Names and rules that lead into other files lead nowhere without them."""
        for owner in (self._book, *self._book.worksheets):
            for name, defined in list(owner.defined_names.items()):
                if _leads_out(defined.value):
                    del owner.defined_names[name]
        for sheet in self._book.worksheets:
            rules = sheet.data_validations.dataValidation
            sheet.data_validations.dataValidation = [
                one
                for one in rules
                if not _leads_out(one.formula1) and not _leads_out(one.formula2)
            ]
            formats = sheet.conditional_formatting
            for area in list(formats):
                if any(_leads_out(text) for rule in area.rules for text in rule.formula):
                    del formats[area.sqref]

    def annotate(self, notes: Mapping[str, Mapping[tuple[int, int], Note]]) -> None:
        """Colours the cells and puts a comment to each."""
        fills = {severity: fill_of(colour) for severity, colour in SEVERITY_FILLS.items()}
        for name, cells in notes.items():
            if name not in self._book.sheetnames:
                continue
            sheet = self._book[name]
            areas = [
                (one.min_row - 1, one.min_col - 1, one.max_row - 1, one.max_col - 1)
                for one in sheet.merged_cells.ranges
            ]
            for (row, column), note in at_shown_cells(cells, areas).items():
                cell = sheet.cell(row + 1, column + 1)
                cell.fill = fills[note.severity]
                cell.comment = _comment(note.text, cell.comment)

    def save(self, first: Page, behind: list[Page]) -> bytes:
        """The workbook's bytes with our pages: one in front, the others behind the data."""
        pages = Pages(self._book)
        pages.add(first, 0)
        for page in behind:
            pages.add(page)
        self._book.active = 0
        for number, sheet in enumerate(self._book.worksheets):
            # Sheets selected together would be changed together.
            sheet.sheet_view.tabSelected = number == 0
        target = io.BytesIO()
        self._book.save(target)
        return target.getvalue()


def _leads_out(formula: str | None) -> bool:
    """Whether the formula names a cell of another file, or none; a list of words names nothing."""
    if formula is None or formula.startswith('"'):
        return False
    return "[" in formula or "#REF!" in formula


def _settle_cells(sheet: Any, *, is_returned: bool) -> None:
    """Texts stay texts, links lead nowhere outside; an earlier reply's marks are taken off."""
    for cell in sheet._cells.values():
        if isinstance(cell, MergedCell):
            continue
        if cell.data_type == "f":
            # A formula that survived the loading has no result that could be shown.
            cell._value, cell.data_type = None, "n"
        elif cell.data_type == "s" and looks_like_formula(str(cell._value)):
            cell.quotePrefix = True
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


def _comment(text: str, before: Comment | None) -> Comment:
    """A comment large enough for its text, behind what somebody else has said there."""
    said = f"{before.text}\n\n" if before is not None else ""
    full = writable(said + text)
    return Comment(full, AUTHOR, width=COMMENT_WIDTH, height=comment_height(full))
