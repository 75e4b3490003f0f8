"""A bulletin as a .docx: the places of a template filled with its texts, sections and tables.

Texts are put in as text: nothing that was filed is ever looked at for places of its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docx.document import Document as Docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length

from flows.answer.page import writable
from flows.bulletin import layout
from flows.bulletin.document import Cell, Column, Document, Section, Table
from flows.bulletin.template import WHOLE, opened
from flows.ground.errors import SettingsError

_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LIKE_CODE = re.compile(r"\{%|\{\{|\}\}")
_OF_PARAGRAPH = "./w:r/w:t | ./w:hyperlink/w:r/w:t | ./w:ins/w:r/w:t | ./w:smartTag/w:r/w:t"
# Between a cell's text and its border, in twips.
_MARGIN, _TWIP = 40, 635
# A row is at least so high, in twips.
_ROW = 320


def made(said: Document, template: Path, looks: Mapping[str, layout.Look]) -> bytes:
    """The bulletin, as the bytes of its file. Raises SettingsError for a template that can't be used."""
    document = opened(template)
    layout.add_styles(document, looks)
    _Filling(document, said, template).fill()
    properties = document.core_properties
    properties.title = writable(said.title)
    properties.author = properties.last_modified_by = "guoban"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


class _Filling:
    """A template being filled."""

    def __init__(self, document: Docx, said: Document, template: Path) -> None:
        self._document, self._said, self._template = document, said, template
        self._sections = dict(self._named_sections())
        last = document.sections[-1]
        widths = (last.page_width, last.left_margin, last.right_margin)
        whole, left, right = (one or Length(0) for one in widths)
        self._width = (whole - left - right) // _TWIP
        self._styles = {one.name: one.style_id for one in document.styles}

    def _named_sections(self) -> Iterator[tuple[str, list[tuple[str, Section]]]]:
        numbered = [*self._said.numbered]
        yield WHOLE, numbered
        for heading, section in numbered:
            yield section.name, [(heading, section)]

    def fill(self) -> None:
        """Fills every place, all of which are found before any text is put in."""
        body = self._document.element.body
        for paragraph in [*body.iter(qn("w:p"))]:
            self._fill(paragraph, is_body=paragraph.getparent() is body)
        for section in self._document.sections:
            for part in (
                section.header, section.first_page_header, section.even_page_header,
                section.footer, section.first_page_footer, section.even_page_footer,
            ):  # fmt: skip
                if not part.is_linked_to_previous:
                    for paragraph in [*part._element.iter(qn("w:p"))]:
                        self._fill(paragraph, is_body=False)

    def _fill(self, paragraph: Any, *, is_body: bool) -> None:
        texts = paragraph.xpath(_OF_PARAGRAPH)
        whole = "".join(one.text or "" for one in texts)
        if not _LIKE_CODE.search(whole):
            return
        places = [*_PLACE.finditer(whole)]
        rest = _PLACE.sub("", whole)
        if broken := _LIKE_CODE.search(rest):
            raise self._wrong(rest.strip() or broken[0])
        for place in places:
            if place[1] not in self._said.fields and place[1] not in self._sections:
                raise self._wrong(place[0])
        if sections := [one for one in places if one[1] in self._sections]:
            if len(places) > 1 or rest.strip() or not is_body:
                raise self._wrong(sections[0][0], is_alone=False)
            name = sections[0][1]
            blocks = [*self._blocks(self._sections[name])]
            if name == WHOLE and self._said.source:
                blocks.append(self._paragraph(self._said.source, layout.SMALL))
            for block in blocks:
                paragraph.addprevious(block)
            # What follows, as a signature, is never alone on a page.
            _keep_with_next(blocks[-1])
            paragraph.getparent().remove(paragraph)
            return
        values = [writable(self._said.fields[place[1]]) for place in places]
        if is_body and not any(values) and not rest.strip():
            # A line for something that this bulletin does without, as a number.
            paragraph.getparent().remove(paragraph)
            return
        for place, value in zip(reversed(places), reversed(values), strict=True):
            _put(texts, place.start(), place.end(), value)

    def _wrong(self, place: str, *, is_alone: bool = True) -> SettingsError:
        """What is said of a place that can't be filled."""
        if not is_alone:
            return SettingsError(
                f"{self._template}: the place {place} is a section and has to stand alone in a "
                "paragraph of the text",
                f"{self._template}：占位符{place}为整个部分，须在正文中单独成段",
            )
        known = "、".join([*self._said.fields, *self._sections])
        return SettingsError(
            f"{self._template}: {place} is no place that a bulletin fills; there are {known}, "
            "each as {{…}}",
            f"{self._template}：没有{place}这个占位符；可用：{known}（写作{{{{…}}}}）",
        )

    # --- sections --------------------------------------------------------------------------------

    def _blocks(self, sections: Iterable[tuple[str, Section]]) -> Iterator[Any]:
        for heading, section in sections:
            yield self._paragraph(heading, layout.HEADING)
            for block in section.blocks:
                if isinstance(block, str):
                    yield self._paragraph(block, layout.SMALL if section.is_small else layout.TEXT)
                else:
                    yield from self._table(block)

    def _paragraph(self, text: str, style: str, align: str | None = None) -> Any:
        paragraph = _element("w:p")
        properties = _element("w:pPr", _element("w:pStyle", val=self._styles[style]))
        if align:
            properties.append(_element("w:jc", val=align))
        paragraph.append(properties)
        if text:
            content = _element("w:t")
            content.text = writable(text)
            content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            paragraph.append(_element("w:r", content))
        return paragraph

    def _table(self, table: Table) -> Iterator[Any]:
        if table.title:
            yield self._paragraph(f"{table.name}　{table.title}", layout.CAPTION)
        if table.unit:
            yield self._paragraph(table.unit, layout.UNIT)
        widths = [int(self._width * one / 100) for one in table.shares]
        made = _element(
            "w:tbl",
            _table_properties(sum(widths)),
            _element("w:tblGrid", *(_element("w:gridCol", w=one) for one in widths)),
            *self._head(table, widths),
        )
        head, plain = self._table_styles(table)
        for number, row in enumerate(table.rows, start=1):
            style = head if table.has_total and number == len(table.rows) else plain
            made.append(
                _row([self._cell(one, style, w) for one, w in zip(row, widths, strict=True)])
            )
        if table.is_short:
            # A short table stays on one page, with what is noted below it.
            rows = "./w:tr" if table.notes else "./w:tr[position() < last()]"
            for paragraph in made.xpath(f"{rows}//w:p"):
                _keep_with_next(paragraph)
        yield made
        for note in table.notes or [""]:
            yield self._paragraph(note, layout.NOTE)

    @staticmethod
    def _table_styles(table: Table) -> tuple[str, str]:
        """Those of its heads and cells: one with many columns is set smaller."""
        if table.is_dense:
            return layout.DENSE_HEAD, layout.DENSE
        return layout.HEAD, layout.CELL

    def _head(self, table: Table, widths: Sequence[int]) -> Iterator[Any]:
        """The rows that are repeated on every page: over groups of columns another one."""
        style, _ = self._table_styles(table)
        columns = list(zip(table.columns, widths, strict=True))
        if table.has_groups:
            upper, position = [], 0
            for text, span in table.heads:
                width = sum(widths[position : position + span])
                joined = "" if table.columns[position].group else "restart"
                upper.append(self._head_cell(text, width, style, span=span, joined=joined))
                position += span
            yield _row(upper, is_head=True)
        yield _row([self._lower(one, width, table, style) for one, width in columns], is_head=True)

    def _lower(self, column: Column, width: int, table: Table, style: str) -> Any:
        if table.has_groups and not column.group:
            return self._head_cell("", width, style, joined="continue")
        return self._head_cell(column.head, width, style)

    def _head_cell(
        self, text: str, width: int, style: str, *, span: int = 1, joined: str = ""
    ) -> Any:
        properties = _element("w:tcPr", _element("w:tcW", w=width, type="dxa"))
        if span > 1:
            properties.append(_element("w:gridSpan", val=span))
        if joined:
            properties.append(_element("w:vMerge", val=joined))
        properties.append(_element("w:vAlign", val="center"))
        return _element("w:tc", properties, self._paragraph(text, style))

    def _cell(self, cell: Cell, style: str, width: int) -> Any:
        properties = _element(
            "w:tcPr", _element("w:tcW", w=width, type="dxa"), _element("w:vAlign", val="center")
        )
        return _element("w:tc", properties, self._paragraph(cell.text, style, cell.align))


def _table_properties(width: int) -> Any:
    """How wide a table is, its borders, and the margins of its cells."""
    borders = _element(
        "w:tblBorders",
        *(
            _element(f"w:{side}", val="single", sz=8 if side in {"top", "bottom"} else 4, space=0,
                     color="000000")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ),
    )  # fmt: skip
    margins = _element(
        "w:tblCellMar",
        *(_element(f"w:{side}", w=_MARGIN, type="dxa") for side in ("left", "right")),
    )
    return _element(
        "w:tblPr",
        _element("w:tblW", w=width, type="dxa"),
        _element("w:jc", val="center"),
        borders,
        _element("w:tblLayout", type="fixed"),
        margins,
    )


def _keep_with_next(block: Any) -> None:
    """Keeps a paragraph on the page of what follows it."""
    properties = block.find(qn("w:pPr"))
    if properties is not None and properties.find(qn("w:keepNext")) is None:
        properties.find(qn("w:pStyle")).addnext(_element("w:keepNext"))


def _row(cells: Iterable[Any], *, is_head: bool = False) -> Any:
    """A row that no page's end parts."""
    properties = _element(
        "w:trPr", _element("w:cantSplit"), _element("w:trHeight", val=_ROW, hRule="atLeast")
    )
    if is_head:
        properties.append(_element("w:tblHeader"))
    return _element("w:tr", properties, *cells)


def _element(tag: str, *children: Any, **attributes: object) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    for child in children:
        made.append(child)
    return made


def _put(texts: Sequence[Any], start: int, end: int, value: str) -> None:
    """Puts the value in place of characters that may stand in several runs; it looks as the first."""
    position = 0
    for one in texts:
        text = one.text or ""
        here, there = position, position + len(text)
        position = there
        first, last = max(start, here) - here, min(end, there) - here
        if first < last:
            one.text = text[:first] + value + text[last:]
            one.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            value = ""
