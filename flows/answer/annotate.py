"""A submitted workbook with our opinion at its cells, its own look kept.

It is changed part by part, so that what is not ours stays as it was. That is safe for a workbook of
plain parts (`is_plain`); any other is first made one by `tidy`, and what can't be is written anew.
Values come as they were stored: formulas give way to their results, and links lead nowhere outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from flows.answer.comments import add_comments
from flows.answer.opinions import Note, at_shown_cells
from flows.answer.page import FORMULA_STARTS, looks_like_formula
from flows.answer.rows import Sheet, area_of
from flows.answer.workbook import BOOK, SHEET_TYPE, Link, Links, Workbook, content_types
from flows.answer.xml import RELATIONS, element, main
from flows.read.marks import MARK_SHEET
from flows.read.openxml import parse

# What a plain workbook is made of, by content type.
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_DOCUMENT = "application/vnd.openxmlformats-officedocument."
_PLAIN = {
    SHEET_TYPE,
    *(f"{_SHEETS}{kind}+xml" for kind in ("sheet.main", "styles", "sharedStrings", "calcChain")),
    f"{_SHEETS}comments+xml",
    f"{_SHEETS}printerSettings",
    f"{_DOCUMENT}theme+xml",
    f"{_DOCUMENT}drawing+xml",
    f"{_DOCUMENT}vmlDrawing",
    f"{_DOCUMENT}extended-properties+xml",
    f"{_DOCUMENT}custom-properties+xml",
    "application/vnd.openxmlformats-package.core-properties+xml",
    "application/vnd.openxmlformats-package.relationships+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
}
_ID = f"{{{RELATIONS}}}id"
# A shared text that typing would make a formula of, or that only a closer look tells.
_MAYBE_FORMULA = re.compile(
    rb"<(?:\w+:)?t(?:\s[^<>]*)?>(?:"
    + "|".join(map(re.escape, FORMULA_STARTS)).encode()
    + rb"|&|_x)"
)
# What parts of a plain workbook have to do with each other.
_KINDS = {
    "officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail",
    "worksheet", "styles", "theme", "sharedStrings", "calcChain", "hyperlink", "comments",
    "vmlDrawing", "printerSettings", "drawing", "image",
}  # fmt: skip
# A drawing that does something: runs a macro, or shows a cell of another file.
_ACTIVE = re.compile(rb"""\s(?:macro\s*=\s*["'][^"']|textlink\s*=\s*["'][^"']*\[)""")
_CONTROL = re.compile(rb"""ObjectType\s*=\s*["'](?!Note["'])""")
# Formulas that are no cell's.
_FORMULAS = (
    *map(main, ("formula1", "formula2", "formula")),
    "{http://schemas.microsoft.com/office/excel/2006/main}f",
)
# What may stand behind the drawing of the comments in a sheet.
_BEHIND_DRAWING = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip


def is_plain(parts: Mapping[str, bytes]) -> bool:
    """Whether a workbook can be sent back part by part: nothing in it acts, or leads outside."""
    types = content_types(parts)
    if not {*types.values()} <= _PLAIN or types.get(BOOK) != f"{_SHEETS}sheet.main+xml":
        return False
    book = parse(parts[BOOK])
    names = {one.get("name") for one in book.iter(main("sheet"))}
    return (
        book.tag == main("workbook")
        # A workbook of ours has sheets, colours and comments that don't go back.
        and MARK_SHEET not in names
        and not any(leads_out(one.text) for one in book.iter(main("definedName")))
        and all(_is_known(one) for part in parts for one in Links(parts, part))
        and not any(
            (_CONTROL if kind.endswith("vmlDrawing") else _ACTIVE).search(parts[name])
            for name, kind in types.items()
            if kind.endswith(("vmlDrawing", "drawing+xml"))
        )
    )


def _is_known(link: Link) -> bool:
    return link.kind in _KINDS and (link.kind == "hyperlink" or not link.is_outside)


def leads_out(formula: str | None) -> bool:
    """Whether the formula names a cell of another file, or none; a list of words names nothing."""
    if formula is None or formula.startswith('"'):
        return False
    return "[" in formula or "#REF!" in formula


def annotated(
    parts: Mapping[str, bytes],
    notes: Mapping[str, Mapping[tuple[int, int], Note]],
) -> Workbook:
    """The workbook with the notes of each sheet at its cells: coloured, with a comment.

    Raises ValueError, KeyError or XMLSyntaxError for a workbook that is not plain after all.
    """
    book = Workbook(parts)
    sheets = book.sheets
    if lost := notes.keys() - sheets.keys():
        raise ValueError(f"there are no sheets {lost}")
    book.drop("calcChain")
    risky = _formula_like(book.read("sharedStrings"))
    for name, part in sheets.items():
        _annotate(book, part, notes.get(name, {}), risky)
    book.show_first()
    return book


def _annotate(
    book: Workbook, part: str, notes: Mapping[tuple[int, int], Note], risky: frozenset[int]
) -> None:
    links = Links(book.parts, part)
    sheet = Sheet(book.stored(part))
    root = sheet.around
    _refuse_references(root)
    _forget_links(root, links)
    for view in root.iter(main("sheetView")):
        # Sheets selected together would be changed together.
        view.set("tabSelected", "0")
    shown = at_shown_cells(notes, [area_of(one.get("ref")) for one in root.iter(main("mergeCell"))])
    if shown:
        drawing = root.find(main("legacyDrawing"))
        there = drawing.get(_ID) if drawing is not None else None
        if (link := add_comments(book, links, shown, there)) != there:
            _show_drawing(root, link)
    severities = {at: note.severity for at, note in shown.items()}
    book.replace(part, sheet.changed(book.styles, severities, risky))
    links.store(book)


def _refuse_references(root: Any) -> None:
    """Raises ValueError where a rule of the sheet leads into another file."""
    for one in root.iter(*_FORMULAS):
        if leads_out(one.text):
            raise ValueError("a rule of the sheet leads into another file")


def _formula_like(shared: bytes | None) -> frozenset[int]:
    """The numbers of the shared texts that would be formulas if they were typed."""
    if shared is None or not _MAYBE_FORMULA.search(shared):
        return frozenset()
    texts = parse(shared).iter(main("si"))
    return frozenset(
        number for number, one in enumerate(texts) if looks_like_formula("".join(one.itertext()))
    )


def _forget_links(root: Any, links: Links) -> None:
    """Takes out what leads outside the workbook."""
    for one in list(root.iter(main("hyperlink"))):
        if one.get(_ID) is not None:
            holder = one.getparent()
            holder.remove(one)
            if len(holder) == 0:
                holder.getparent().remove(holder)
    links.remove_all("hyperlink")


def _show_drawing(root: Any, link: str) -> None:
    """Tells the sheet which drawing its comments have."""
    for former in root.findall(main("legacyDrawing")):
        root.remove(former)
    drawing = element(f'<legacyDrawing r:id="{link}"/>')
    behind = next((one for one in root if etree.QName(one).localname in _BEHIND_DRAWING), None)
    if behind is None:
        root.append(drawing)
    else:
        behind.addprevious(drawing)
