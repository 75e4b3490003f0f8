"""The rows of a submitted sheet: formulas out, colours in.

They are changed a slice at a time, because a tree takes thirty times the room of its text.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from flows.answer.page import looks_like_formula
from flows.answer.styles import Styles
from flows.answer.xml import MAIN, main, to_bytes
from flows.ground.findings import column_letter
from flows.read.grid import Range, column_index
from flows.read.openxml import parse

# A slice has so many bytes, and the rest of its last row.
_SLICE = 1 << 20
_ROOT = re.compile(rb"<worksheet[\s>][^>]*>|<worksheet>")
_START, _END = re.compile(rb"<sheetData(?:\s[^>]*)?/?>"), b"</sheetData>"
_ROW_END = b"</row>"
# Cells whose text is shared with others, and cells that have their own.
_SHARED, _OWN = (
    etree.XPath(f"m:row/m:c[{condition}]", namespaces={"m": MAIN})
    for condition in ("@t='s' and m:v", "@t='str' or @t='inlineStr'")
)
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class Sheet:
    """A sheet of cells under change: its rows as they are stored, and the tree `around` them."""

    def __init__(self, xml: bytes) -> None:
        """Raises ValueError for XML that can't be cut by its tags, XMLSyntaxError for none."""
        # No spreadsheet program writes comments or the like, in which a tag would be none.
        if b"<!" in xml:
            raise ValueError("the sheet has more than elements")
        root, start = _ROOT.search(xml), _START.search(xml)
        if root is None or start is None:
            raise ValueError("the part is no sheet of cells")
        if start[0].endswith(b"/>"):
            end = start.end()
            self._rows, behind = b"", xml[end:]
        else:
            end = xml.index(_END, start.end())
            self._rows, behind = xml[start.end() : end], xml[end + len(_END) :]
        first = start[0].removesuffix(b"/>").removesuffix(b">") + b">"
        self._open, self._close = root[0] + first, _END + b"</worksheet>"
        self.around: Any = parse(xml[: start.start()] + first + _END + behind)
        if self.around.tag != main("worksheet"):
            raise ValueError("the part is no sheet of cells")

    def changed(
        self,
        styles: Styles,
        severities: Mapping[tuple[int, int], str],
        risky: frozenset[int],
    ) -> bytes:
        """The sheet's XML with the cells coloured by severity, without formulas.

        `risky` are the numbers of the shared texts that would be formulas if they were typed.
        """
        wanted: dict[int, dict[int, str]] = {}
        for (row, column), severity in severities.items():
            wanted.setdefault(row, {})[column] = severity
        slices = []
        last = -1
        for rows, is_last in self._slices():
            _settle(rows, styles, risky)
            there = _numbered(rows, _ROW, last)
            last = max(there, default=last)
            here = [row for row in wanted if is_last or row <= last]
            for row, line in _found_or_made(rows, there, here, _ROW).items():
                _colour(line, row, wanted.pop(row), styles)
            slices.append(_inside(rows))
        head, _, tail = to_bytes(self.around).partition(b"<sheetData")
        attributes, _, tail = tail.partition(b"/>")
        return b"".join([head, b"<sheetData", attributes, b">", *slices, _END, tail])

    def _slices(self) -> Iterator[tuple[Any, bool]]:
        """The rows, a slice of them at a time, and whether it is the last one."""
        start = 0
        while True:
            end = self._rows.find(_ROW_END, start + _SLICE)
            is_last = end < 0
            text = self._rows[start:] if is_last else self._rows[start : end + len(_ROW_END)]
            yield parse(self._open + text + self._close)[0], is_last
            if is_last:
                return
            start = end + len(_ROW_END)


def _inside(rows: Any) -> bytes:
    """The XML between the tags of the rows' own element."""
    text: bytes = etree.tostring(rows)
    return text[text.index(b">") + 1 : -len(_END)] if len(rows) else b""


def _settle(rows: Any, styles: Styles, risky: frozenset[int]) -> None:
    """Results stay without their formulas, and texts stay texts when they are edited."""
    for formula in list(rows.iter(main("f"))):
        cell = formula.getparent()
        cell.remove(formula)
        cell.attrib.pop("cm", None)
    texts = [one for one in _SHARED(rows) if int(one.findtext(main("v"))) in risky] if risky else []
    texts += [one for one in _OWN(rows) if looks_like_formula("".join(one.itertext()))]
    for cell in texts:
        cell.set("s", str(styles.quoted(int(cell.get("s", 0)))))


def _colour(line: Any, row: int, severities: Mapping[int, str], styles: Styles) -> None:
    # How far the row reached before.
    line.attrib.pop("spans", None)
    cells = _Series(
        main("c"), lambda name: _place(name)[1], lambda number: f"{column_letter(number)}{row + 1}"
    )
    there = _numbered(line, cells)
    for column, cell in _found_or_made(line, there, severities, cells).items():
        cell.set("s", str(styles.filled(int(cell.get("s", 0)), severities[column])))


@dataclass(frozen=True)
class _Series:
    """Rows of a sheet or cells of a row: what they are called, and by which number each goes."""

    tag: str
    number: Callable[[str], int]
    name: Callable[[int], str]


_ROW = _Series(main("row"), lambda name: int(name) - 1, lambda number: str(number + 1))


def _numbered(holder: Any, series: _Series, last: int = -1) -> dict[int, Any]:
    """The children by their numbers, those behind the one numbered `last`.

    Raises ValueError where they are not in their order.
    """
    there: dict[int, Any] = {}
    for child in holder:
        stated = child.get("r")
        number = series.number(stated) if stated else last + 1
        if number <= last:
            raise ValueError(f"{series.name(number)} comes too late")
        if stated is None:
            # Where one is put in between, the others can't be counted any more.
            child.set("r", series.name(number))
        there[number] = child
        last = number
    return there


def _found_or_made(
    holder: Any, there: dict[int, Any], wanted: Iterable[int], series: _Series
) -> dict[int, Any]:
    """The children with these numbers, made in their place where there are none."""
    order = list(there)
    for number in wanted:
        if number not in there:
            there[number] = child = holder.makeelement(series.tag, {"r": series.name(number)})
            behind = bisect.bisect(order, number)
            if behind < len(order):
                there[order[behind]].addprevious(child)
            else:
                holder.append(child)
            order.insert(behind, number)
    return {number: there[number] for number in wanted}


def area_of(ref: str) -> Range:
    """The zero-based area that is called A1:B2. Raises ValueError for what is none."""
    first, _, last = ref.partition(":")
    top, left = _place(first)
    bottom, right = _place(last or first)
    return (top, left, bottom, right)


def _place(address: str) -> tuple[int, int]:
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(f"{address!r} is no cell")
    return int(found[2]) - 1, column_index(found[1])
