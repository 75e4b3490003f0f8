"""How text and tables are laid into a terminal's columns, of which a Chinese character takes two.

Lines end between words, not inside a word, a number, a date, a path or a code; where one of these is
wider than the terminal it is left whole, and the terminal breaks it, so that it can still be copied
as it is. Without a width (a pipe, a file) nothing is broken at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

GAP = "  "
# Between columns that would not fit otherwise.
TIGHT = " "
# Narrower than this a column of text is read with trouble: its row is told in lines instead.
LEAST = 16
# What stands before something on a line of its own.
INDENT = "    "

_CLOSING = "，。；：、！？）》】”’…,;:!?)]"
_OPENING = "（《【“‘(["
_NONE = re.escape(_CLOSING + _OPENING)
# What stays together: paths, dates, numbers with their unit, whatever has no blank and is narrow.
_ATOM = re.compile(
    r"\s+"
    rf"|[^\s/{_NONE}]+(?:/[^\s/{_NONE}]+)+"
    r"|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?"
    r"|[+\-−]?\d[\d,.:\-]*(?:亿元|万元|万公里|人次|[元个天次家件项条份行张年月日版]|%)?"
    rf"|[^\W_](?:(?![{_NONE}])[!-~])*|."
)


def wrapped(text: str, width: int | None, *, hang: int = 0) -> list[str]:
    """The text in lines of at most `width` columns; lines behind the first begin `hang` further in."""
    if width is None or cell_len(text) <= width:
        return [text]
    lines: list[str] = []
    line = text[: len(text) - len(text.lstrip())]
    room = max(width, LEAST)
    for blank, atom in _atoms(text.strip()):
        start = not line.strip()
        if not start and cell_len(line) + len(blank) + cell_len(atom) > room:
            lines.append(line.rstrip())
            line, start = " " * hang, True
        line += atom if start else blank + atom
    return [*lines, line.rstrip()]


def _atoms(text: str) -> Iterator[tuple[str, str]]:
    """What must not be broken, each with the blanks before it: no line begins with a full stop."""
    blank = held = ""
    for match in _ATOM.finditer(text):
        part = match[0]
        if part.isspace():
            if held and held[-1] not in _OPENING:
                yield blank, held
                blank = held = ""
            blank = part if not held else blank
        elif held and part not in _CLOSING and held[-1] not in _OPENING and not _is_run(held, part):
            yield blank, held
            blank, held = "", part
        else:
            held += part
    if held:
        yield blank, held


def _is_run(held: str, part: str) -> bool:
    """Whether two narrow parts stand side by side without a blank, as in a formula or a code."""
    return cell_len(held[-1]) == cell_len(part[0]) == 1


def side_by_side(items: Iterable[str], width: int | None, indent: str = "") -> Iterator[str]:
    """Short texts in lines, as many on each as fit; an item is on one line."""
    line = ""
    for item in items:
        longer = f"{line}{GAP}{item}" if line else indent + item
        if line and width is not None and cell_len(longer) > width:
            yield line
            longer = indent + item
        line = longer
    if line:
        yield line


@dataclass(frozen=True)
class Column:
    """A column of a table for people."""

    name: str
    is_right: bool = False
    """Set flush right."""
    wraps: bool = False
    """Its text may go on several lines."""
    goes_below: bool = False
    """Where the table is too wide it stands in a line of its own, below its row."""
    needs_name: bool = False
    """There it stands behind its name, without which its text says nothing."""


def table_lines(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int | None
) -> Iterator[str]:
    """A table's lines, its head first, within the width; rows are told in lines where it is too wide.

    Before that its columns stand closer together.
    """
    listed = [tuple(row) for row in rows]
    beside = list(range(len(columns)))
    widths = _natural(columns, listed)
    if width is not None and _total(widths, beside) > width:
        beside = [n for n in beside if not columns[n].goes_below]
        widths = _narrowed(columns, widths, beside, width)
    gap = GAP
    if width is not None and _total(widths, beside) > width:
        gap = TIGHT
        if _total(widths, beside, gap) > width:
            yield from _told_in_lines(columns, listed, width)
            return
    shown = [columns[n] for n in beside]
    yield _line(shown, [one.name for one in shown], widths, beside, gap)
    yield gap.join("-" * widths[n] for n in beside)
    for row in listed:
        cells = [wrapped(row[n], widths[n] if columns[n].wraps else None) for n in beside]
        for number in range(max(map(len, cells))):
            texts = [cell[number] if number < len(cell) else "" for cell in cells]
            yield _line(shown, texts, widths, beside, gap)
        for n, column in enumerate(columns):
            if n not in beside and row[n]:
                text = f"{column.name}{GAP}{row[n]}" if column.needs_name else row[n]
                yield from wrapped(INDENT + text, width, hang=len(INDENT))


def _natural(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    return [
        max([cell_len(one.name), *(cell_len(row[n]) for row in rows)])
        for n, one in enumerate(columns)
    ]


def _total(widths: Sequence[int], beside: Sequence[int], gap: str = GAP) -> int:
    return sum(widths[n] for n in beside) + len(gap) * (len(beside) - 1)


def _narrowed(
    columns: Sequence[Column], widths: Sequence[int], beside: Sequence[int], width: int
) -> list[int]:
    """The widths with what is too much taken from the columns that wrap, from the widest first."""
    found = list(widths)
    soft = [n for n in beside if columns[n].wraps]
    while soft and (over := _total(found, beside) - width) > 0:
        widest = max(soft, key=lambda n: found[n])
        others = [found[n] for n in soft if found[n] < found[widest]]
        floor = max([LEAST, *others])
        if found[widest] <= LEAST:
            break
        found[widest] = max(found[widest] - over, floor if floor < found[widest] else LEAST)
    return found


def _line(
    columns: Sequence[Column],
    texts: Sequence[str],
    widths: Sequence[int],
    beside: Sequence[int],
    gap: str,
) -> str:
    cells = []
    for column, text, n in zip(columns, texts, beside, strict=True):
        blank = " " * max(widths[n] - cell_len(text), 0)
        cells.append(blank + text if column.is_right else text + blank)
    return gap.join(cells).rstrip()


def _told_in_lines(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> Iterator[str]:
    """Each row as lines of its own: what is in its first column, then the others by their names."""
    for row in rows:
        yield from wrapped(row[0], width)
        for column, text in zip(columns[1:], row[1:], strict=True):
            if text:
                yield from wrapped(f"{INDENT}{column.name}  {text}", width, hang=len(INDENT) + 2)
