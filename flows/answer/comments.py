"""Comments at the cells of a sheet: the part that says them and the one that draws them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from flows.answer.opinions import Note
from flows.answer.page import COMMENT_WIDTH, comment_height, writable
from flows.answer.workbook import Links, Workbook
from flows.answer.xml import MAIN, elements, main, text_element, to_bytes
from flows.ground.findings import column_letter
from flows.read.openxml import parse

AUTHOR = "审核意见"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NAMESPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
_NO_COMMENTS = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
_NO_DRAWING = (
    f'<xml {_DECLARED}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
).encode()
_SHAPE_ID = re.compile(r"_x0000_s(\d+)")
# Programs number shapes in blocks, and the drawing names its blocks.
_BLOCK = 1024


def add_comments(
    book: Workbook,
    links: Links,
    notes: Mapping[tuple[int, int], Note],
    drawing: str | None = None,
) -> str:
    """Puts each note of a sheet at its cell, behind what somebody else has said there.

    `links` are those of the sheet, `drawing` is the id of the one to the drawing of its comments,
    where it has one. Gives that id. Raises XMLSyntaxError where a drawing that is there is no XML.
    """
    said_at = links.first("comments")
    drawn_at = next((one for one in links if one.id == drawing), None)
    said = parse(book.stored(said_at.target) if said_at else _NO_COMMENTS)
    drawn = parse(book.stored(drawn_at.target) if drawn_at else _NO_DRAWING)
    before = {one.get("ref"): one for one in said.iter(main("comment"))}
    shapes = dict(_shapes(drawn))
    author = _new_author(said)
    last = max((_number(one) for one in shapes.values()), default=_BLOCK)
    comments, drawings = [], []
    for number, ((row, column), note) in enumerate(notes.items(), start=last + 1):
        cell = f"{column_letter(column)}{row + 1}"
        text = writable(note.text)
        if (older := before.get(cell)) is not None:
            text = "".join(one.text or "" for one in older.iter(main("t"))) + f"\n\n{text}"
            older.getparent().remove(older)
        if (shape := shapes.get((row, column))) is not None:
            shape.getparent().remove(shape)
        comments.append(
            f'<comment ref="{cell}" authorId="{author}"><text>{text_element(text)}</text></comment>'
        )
        drawings.append(_shape(number, row, column, text))
    said.find(main("commentList")).extend(elements("".join(comments)))
    drawn.extend([*etree.fromstring(f"<xml {_DECLARED}>{''.join(drawings)}</xml>")])
    _name_blocks(drawn, last + len(drawings))
    if said_at is None:
        part = book.new_part("xl/guobanComments{}.xml")
        book.put(part, to_bytes(said), _TYPE)
        links.add("comments", part)
    else:
        book.replace(said_at.target, to_bytes(said))
    if drawn_at is None:
        part = book.new_part("xl/drawings/guobanComments{}.vml")
        book.put(part, etree.tostring(drawn), _DRAWING_TYPE)
        return links.add("vmlDrawing", part)
    book.replace(drawn_at.target, etree.tostring(drawn))
    return drawn_at.id


def _new_author(said: Any) -> int:
    authors = said.find(main("authors"))
    authors.extend(elements(f"<author>{AUTHOR}</author>"))
    return len(authors) - 1


def _shapes(drawn: Any) -> Iterator[tuple[tuple[int, int], Any]]:
    """The shapes of a drawing by the row and column that they belong to."""
    for shape in drawn.iterfind("v:shape", _NAMESPACES):
        row = shape.findtext("x:ClientData/x:Row", "", _NAMESPACES)
        column = shape.findtext("x:ClientData/x:Column", "", _NAMESPACES)
        if row and column:
            yield (int(row), int(column)), shape


def _number(shape: Any) -> int:
    found = _SHAPE_ID.fullmatch(shape.get("id", ""))
    return int(found[1]) if found else _BLOCK


def _shape(number: int, row: int, column: int, text: str) -> str:
    """A shape large enough for its text, shown when the mouse is over its cell."""
    size = f"width:{COMMENT_WIDTH}px;height:{comment_height(text)}px"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;'
        f'margin-left:59.25pt;margin-top:1.5pt;{size};z-index:1;visibility:hidden"'
        ' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )


def _name_blocks(drawn: Any, last: int) -> None:
    """Names the blocks of numbers that the drawing's shapes have."""
    blocks = drawn.find("o:shapelayout/o:idmap", _NAMESPACES)
    if blocks is not None:
        named = {int(one) for one in blocks.get("data", "1").split(",")}
        named |= set(range(max(named), last // _BLOCK + 1))
        blocks.set("data", ",".join(map(str, sorted(named))))
