"""Which rows are totals, and which rows above or below them each may add up.

A total is never loaded as a row; whatever words a row has, one that tells what only a data row
does is none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from flows.read.grid import Grid
from flows.recognise.headers import Header
from flows.recognise.roles import Roles, cell_at, is_mark
from flows.recognise.table import Total
from flows.values.numbers import parse_number
from flows.values.text import clean_apart, folded

_SUM = re.compile(r"[^,;、。]{0,10}[合小总共累][计計](?:\(.*\))?:?(?:\d+\D{0,3})?")
# A body may be named so as well: 某某数据汇总.
_LIKE_A_NAME = re.compile(r"[^,;、。]{0,10}(?:总数|总和|汇总)(?:\(.*\))?:?(?:\d+\D{0,3})?")
_SUBTOTAL = re.compile(r".*小[计計].*")
# What stands beside the rows without being the sum of any: a part, last year's sum, a rate.
_LAST_OR_RATE = (
    r"[比较]?(?:上年|去年|上月|上期)(?:同期|同月)?(?:数据?|累[计計]数?|完成数?|增[长减].*)?"
    r"|(?:增[长幅速]|完成)率(?:\(%\))?|增[长幅速](?:\(%\))?|占比(?:\(%\))?"
)
_BESIDE = re.compile(rf"其中.*|{_LAST_OR_RATE}|(?:同比|环比)[^,;、。]{{0,6}}")
# The same where no number follows: no firm is called so.
_HEADS_A_PART = re.compile(rf"其中(?::.*)?|{_LAST_OR_RATE}|(?:同比|环比)(?:(?:增|下降).*)?:?")
_NO_SUM = re.compile(rf".*累[计計].*|{_BESIDE.pattern}")
# What a row weighs that has its date and more, though its number may be a total's word.
_COMPLETE = 4
# What a total counts: 3个, 共12批次, 5家企业.
_COUNT = re.compile(r"共?\d+[个批项家次件条宗笔人户场](?:次|项目|企业)?")


def label_of(row: Sequence[str], roles: Roles, key: int | None) -> str:
    """合计, 小计 and the like where the row is one: it has the word in front, and little more.

    `key` is the column of the key's last field. "" where the row is no total.
    """
    at, label = _marked(row, roles, key)
    if not label or (not _SUM.fullmatch(label) and not _has_number(row, roles, at)):
        return ""
    weight = _weight(row, roles, at)
    is_row = weight >= (_COMPLETE if at in _numbering(roles) else 2)
    return "" if is_row and at not in roles.bodies else label


def is_beside(row: Sequence[str], roles: Roles, key: int | None) -> bool:
    """Whether the row only has a word such as 其中 or 上年同期, and no number behind it."""
    at, label = _marked(row, roles, key)
    return _HEADS_A_PART.fullmatch(label) is not None and _weight(row, roles, at) == 0


def _marked(row: Sequence[str], roles: Roles, key: int | None) -> tuple[int, str]:
    """The cell with a total's word that stands in front, and the word."""
    for index in roles.keys:
        if _is_total(text := cell_at(row, index)):
            return index, folded(text)
    own = cell_at(row, key) if key is not None else ""
    is_counted = folded(own).isdecimal()
    if not (is_counted or _is_mark_or_count(own)):
        return 0, ""
    words = _words(row, roles)
    # A remark says what the row is where nothing else does.
    front = [word for word in words[:2] if word[0] not in roles.remarks or len(words) == 1]
    at, label = next((word for word in front if _is_total(word[1])), (0, ""))
    if is_counted and key is not None and key < at:
        return 0, ""
    return at, folded(label)


def _numbering(roles: Roles) -> set[int]:
    """Key columns in which no row can be called 合计: its number, its department, its date.

    A firm or a project may be called anything.
    """
    return set(roles.keys) - roles.names


def _words(row: Sequence[str], roles: Roles) -> list[tuple[int, str]]:
    return [
        (index, text)
        for index, text in enumerate(row)
        if not _is_mark_or_count(text)
        and (index not in roles.envelope or _is_total(text))
        and parse_number(text) is None
    ]


def _weight(row: Sequence[str], roles: Roles, at: int) -> int:
    """How much the row tells beside the total's word that no total tells."""
    return sum(roles.telling.get(index, 0) for index, _ in _words(row, roles) if index != at)


def _has_number(row: Sequence[str], roles: Roles, at: int) -> bool:
    """Whether a number stands behind the word, or where numbers stand; none in a remark is one."""
    return any(
        _COUNT.fullmatch(folded(text)) is not None
        or ((index in roles.numeric or index > at) and parse_number(text) is not None)
        for index, text in enumerate(row)
        if text and index not in roles.remarks
    )


def _is_total(text: str) -> bool:
    """Whether the text names a sum, or what stands beside one."""
    if text.isascii():
        return text.strip(" :").lower() == "total"
    flat = folded(text)
    return any(pattern.fullmatch(flat) for pattern in (_SUM, _LIKE_A_NAME, _BESIDE))


def _is_mark_or_count(text: str) -> bool:
    """Whether there is nothing, or what a total counts."""
    return is_mark(text) or (not text.isascii() and _COUNT.fullmatch(folded(text)) is not None)


def totals_of(
    marked: Sequence[tuple[int, str]],
    rows: Sequence[int],
    grid: Grid,
    header: Header,
    *,
    goes_on: bool = False,
) -> list[Total]:
    """The totals, each with the data rows that it may add up; `marked` are (row, label).

    Where the table goes on with one above it, a 合计 may be that of both.
    """
    above = [bisect_left(rows, number) for number, _ in marked]
    return [
        Total(
            number,
            label,
            _texts(number, grid, header),
            ()
            if goes_on and not _SUBTOTAL.fullmatch(label)
            else _spans(position, label, above, len(rows)),
        )
        for position, (number, label) in enumerate(marked)
    ]


def _spans(position: int, label: str, above: Sequence[int], count: int) -> tuple[range, ...]:
    """All rows above, or those since the total before; one that stands in front: those below."""
    if _NO_SUM.fullmatch(label):
        return ()
    here = above[position]
    since = range(above[position - 1] if position else 0, here)
    until = range(here, above[position + 1] if position + 1 < len(above) else count)
    everything = range(here) if here else range(count)
    order = (since, everything) if _SUBTOTAL.fullmatch(label) else (everything, since)
    return tuple(span for span in dict.fromkeys((*order, until)) if span)


def _texts(number: int, grid: Grid, header: Header) -> dict[str, str]:
    """The cells of a row as they are shown."""
    texts = {}
    for name, heading in header.fields.items():
        shown = grid.shown.get((number, heading.index))
        text = (shown and shown.text) or cell_at(grid.rows[number], heading.index)
        if text:
            texts[name] = clean_apart(text)
    return texts
