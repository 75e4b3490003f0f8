"""One cell, one value: what the runs of a cell's text come to, which may look otherwise each.

Every format that has runs (rich text, spans, elements of a page) takes them apart into `Run`s and
asks here what the cell says. What is struck out or hidden says nothing. What is raised is left out
only where it can be nothing but the mark of a footnote. Two parts that are parted by something of
that kind never run together into another number: they stand on lines of their own then, and the
rules judge them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple


class Run(NamedTuple):
    """A part of a cell's text that looks the same all over.

    A break between two blocks (paragraphs, items of a list) is a line break in the text.
    """

    text: str
    is_struck: bool = False
    is_raised: bool = False
    is_lowered: bool = False
    is_hidden: bool = False


class Joined(NamedTuple):
    """What a cell says, and what it has besides.

    `left_out`: what is struck out or hidden, and marks of footnotes, in their order. A cell of
    which all that can be seen is struck out keeps its text, and `is_wholly_struck` says so.
    """

    text: str
    left_out: str = ""
    is_wholly_struck: bool = False


# What a number is made of, in figures or in words: two such ends must not meet by accident.
_OF_NUMBERS = (
    re.compile(r"[\d.,，．+\-−–—±]"),
    re.compile(r"[〇零一二三四五六七八九十两壹贰叁肆伍陆柒捌玖拾]"),
)
# A mark of a footnote: a digit, a letter, a sign or a few of them, with or without brackets.
_MARK = re.compile(r"[1-9a-z*＊※†‡§#★☆△▲][*＊※†‡§#]*|[①-⑳]|注\s*[1-9]?\d?")
_LONG_MARK = re.compile(r"[1-9]\d?(?:\s*[,，、]\s*[1-9]\d?)*")
_BRACKETS = re.compile(r"[(（\[〔【]?(.+?)[)）\]〕】、]|[(（\[〔【](.+)")
_LAST_NUMBER = re.compile(r"[\d.,，．]*\d$")
_LAST_UNIT = re.compile(r"[米里丈尺寸分]$")
_ABBREVIATION = re.compile(r"(?<![A-Za-z])[A-Z]{2,}$")
_CHINESE = re.compile(r"[\u3400-\u9fff）)】〕》”%％]$")
# 10⁴ is a power; of a single digit, or of what is multiplied, nobody can tell.
_BASE = re.compile(r"10|\d")
_POWER = re.compile(r"[×xX*·^]\s*[\d.,]*$")


def join(runs: Iterable[Run]) -> Joined:
    """What the runs of one cell come to."""
    parts = [*_merged(runs)]
    if len(parts) == 1 and not any(parts[0][1:]):
        return Joined(parts[0].text)
    seen = [one for one in parts if one.text.strip() and not one.is_hidden]
    if any(one.is_struck for one in seen) and all(one.is_struck or one.is_raised for one in seen):
        hidden = [one.text.strip() for one in parts if one.is_hidden and one.text.strip()]
        return Joined("".join(one.text for one in seen), "；".join(hidden), True)
    return _without_marks(parts)


def _merged(runs: Iterable[Run]) -> Iterator[Run]:
    """Neighbours that look the same as one run: programs split a text as they please."""
    for look, alike in groupby((one for one in runs if one.text), key=lambda one: one[1:]):
        yield Run("".join(one.text for one in alike), *look)


def _without_marks(parts: list[Run]) -> Joined:
    text = ""
    left_out: list[str] = []
    is_apart = False
    before = ""
    for part in parts:
        if (
            part.is_struck
            or part.is_hidden
            or (part.is_raised and is_footnote_mark(before, part.text))
        ):
            if part.text.strip():
                left_out.append(part.text.strip())
            is_apart = True
        else:
            is_other = part.is_raised or part.is_lowered
            text = _set(text, part.text, is_apart=is_apart or is_other)
            is_apart = is_other
        before = part.text
    return Joined(text, "；".join(left_out))


def _set(text: str, more: str, *, is_apart: bool) -> str:
    """The text with more behind it, on a line of its own where a number could come of it."""
    if is_apart and any(one.match(text[-1:]) and one.match(more[:1]) for one in _OF_NUMBERS):
        return f"{text}\n{more}"
    return text + more


def is_footnote_mark(before: str, raised: str) -> bool:
    """Whether what is raised behind a text can be nothing but the mark of a footnote.

    True of 800¹, 发文², TCL³, 12.5*, 无⁽³⁾. Not of 10⁴, 5², m², 平方米², 500⁰⁰, 1ˢᵗ.
    """
    before = before.rstrip()
    raised = raised.strip()
    bracketed = _BRACKETS.fullmatch(raised)
    mark = (bracketed[1] or bracketed[2]) if bracketed else raised
    is_short = _MARK.fullmatch(mark) is not None
    if not is_short and not _LONG_MARK.fullmatch(mark):
        return False
    if number := _LAST_NUMBER.search(before):
        could_be_power = _BASE.fullmatch(number[0]) or _POWER.search(before)
        return bracketed is not None or not mark[0].isdigit() or (is_short and not could_be_power)
    if _LAST_UNIT.search(before):
        return mark not in {"2", "3"}
    return _CHINESE.search(before) is not None or _ABBREVIATION.search(before) is not None
