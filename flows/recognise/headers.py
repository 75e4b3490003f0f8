"""The header map: which field a header names, and which row of a sheet is the header.

A header is compared without blanks, line breaks, brackets and what they hold (a unit, mostly).
An exact 表头 beats a synonym; a near miss is a suggestion, never a match.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

import schemas
from flows.recognise.envelope import part_of
from flows.values.text import folded
from flows.values.units import (
    money_unit,
    stated_units,
    unbracketed_unit,
    without_thresholds,
    without_unit,
)
from schemas.declare import Return

_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_NOISE = re.compile(r"[*＊#:：]")
_FOOTNOTE = re.compile("[①-⑳]")
_LIST_MARKS = re.compile("[、,，/]")
COUNTING_COLUMN = frozenset({"序号", "编次", "行号"})
_NO_WORDS = re.compile(r"[\d.,/\-年月日]+")
MAX_HEADER_ROWS = 3
# Headers are looked for in this many rows from the top; titles and notes are never this long.
SEARCH_ROWS = 60
SEARCH_COLUMNS = 500
MAX_HEADING = 200
# A row is a header if it names this many fields, and this share of those required.
MIN_FIELDS = 3
MIN_REQUIRED_SHARE = 0.4
NEAR_SCORE = 75


@dataclass(frozen=True)
class Heading:
    """One column of the header: where it stands and what it says.

    `above` are the texts of merged cells above it that do not belong to its name.
    """

    index: int
    text: str
    above: tuple[str, ...] = ()

    @property
    def bare(self) -> str:
        """The header without brackets and blanks, as it is compared."""
        return bare(self.text)

    @property
    def units(self) -> set[str] | None:
        """Units of money that the header names; what stands lowest is nearest to the numbers.

        None where it speaks of money, but not of a unit that is surely one.
        """
        for text in (self.text, *reversed(self.above)):
            flat = folded(text)
            outside = _NOISE.sub("", _BRACKETS.sub("", flat))
            at_end = unbracketed_unit(outside)
            units = {at_end} if at_end else stated_units(without_thresholds(outside))
            for inside in _BRACKETS.findall(flat):
                more = stated_units(inside)
                units = None if units is None or more is None else units | more
            if units != set():
                return units
        return set()


@dataclass(frozen=True)
class Header:
    """A recognised header: `fields` by name, everything else in `extra`."""

    model: type[Return]
    first_row: int
    last_row: int
    fields: dict[str, Heading]
    repeated: list[tuple[str, Heading]]
    """Columns that name a field as well as another one does, with that field."""
    extra: list[Heading]
    score: float

    @property
    def headings(self) -> list[Heading]:
        """All of its headings."""
        return [*self.fields.values(), *(one for _, one in self.repeated), *self.extra]

    @property
    def width(self) -> int:
        """How many columns it reaches over."""
        return 1 + max((heading.index for heading in self.headings), default=-1)


@lru_cache(maxsize=10_000)
def bare(text: str) -> str:
    """A header for comparison: NFKC, no blanks, no brackets with their content, no marks."""
    flat = folded(_FOOTNOTE.sub("", text))
    stripped = without_unit(_NOISE.sub("", _BRACKETS.sub("", flat)))
    return (stripped or _NOISE.sub("", flat)).removeprefix("其中")


@cache
def _index() -> dict[str, list[tuple[type[Return], str, bool]]]:
    """Each known header: the return, the field, and whether it is the 表头 itself."""
    index: dict[str, list[tuple[type[Return], str, bool]]] = {}
    for model in schemas.all_returns():
        for name, column in model.columns().items():
            for known in (column.header, *column.aliases):
                for key in {bare(known), folded(known)}:
                    index.setdefault(key, []).append((model, name, known == column.header))
    return index


@cache
def _unit_words() -> frozenset[str]:
    """Units that a header row may hold below the names: 万元, 天, 人次 and the like."""
    columns = [column for model in schemas.all_returns() for column in model.columns().values()]
    return frozenset({column.unit for column in columns if column.unit} | {"个", "项", "%"})


@lru_cache(maxsize=10_000)
def _meanings(text: str) -> list[tuple[type[Return], str, bool]]:
    """What the text is a header of, in all returns: as in the index."""
    keys = (folded(text), bare(text))
    found = dict.fromkeys(one for key in keys for one in _index().get(key, ()))
    # 责任单位 may be the reporter, whom the envelope names as well, or a field of the row.
    return sorted(found, key=lambda one: one[0].columns()[one[1]].is_envelope)


@lru_cache(maxsize=10_000)
def _names(text: str) -> dict[type[Return], tuple[list[str], list[str]]]:
    """The fields that the text names in each return: by its 表头, and by a synonym of it."""
    names: dict[type[Return], tuple[list[str], list[str]]] = {}
    for model, name, is_exact in _meanings(text):
        exact, others = names.setdefault(model, ([], []))
        (exact if is_exact else others).append(name)
    return names


def names_a_field(text: str) -> bool:
    """Whether the text is a known header of any return."""
    return bool(_meanings(text))


def is_counted_in(text: str) -> bool:
    """Whether the text is the unit of some column: 万元, 天, 人次."""
    return folded(text).strip("()") in _unit_words()


def _is_unit(text: str) -> bool:
    """Whether the text is a unit and nothing else; in brackets it may be worded: （以亿元计）."""
    flat = folded(text)
    if inside := _BRACKETS.fullmatch(flat):
        return is_counted_in(flat) or stated_units(inside[1]) != set()
    return all(is_counted_in(one) or money_unit(one) for one in _LIST_MARKS.split(flat))


def find_header(rows: Sequence[Sequence[str]], title: str | None = None) -> Header | None:
    """The best header among the first rows; None where no row names enough fields.

    `rows` have their merged cells filled. `title` is the return named above, if one was: it
    decides between returns that share headers.
    """
    best: Header | None = None
    for first in range(min(len(rows), SEARCH_ROWS)):
        if best is not None and first > best.last_row + 1:
            break
        if not any(names_a_field(text) for text in rows[first] if text):
            continue
        for height in range(1, min(MAX_HEADER_ROWS, len(rows) - first) + 1):
            block = tuple(map(tuple, rows[first : first + height]))
            for header in _headers_in(block):
                bonus = 0.5 if header.model.form().title == title else 0.0
                last = first + header.last_row
                score = header.score + bonus
                found = replace(header, first_row=first, last_row=last, score=score)
                if best is None or found.score > best.score:
                    best = found
    return _extended(best, rows) if best else None


@lru_cache(maxsize=1_000)
def _headers_in(block: tuple[tuple[str, ...], ...]) -> tuple[Header, ...]:
    """The headers that the rows can be read as, as if they stood on top, one for each return.

    A form comes by the hundred; its header is looked at once.
    """
    if len(block) > 1 and not _adds_something(block):
        return ()
    headings = _headings(block)
    found = (_match(model, headings, 0, len(block)) for model in _likely(headings))
    return tuple(filter(None, found))


def _likely(headings: Sequence[Heading]) -> list[type[Return]]:
    """The returns of which enough fields are named to look closer."""
    named: dict[type[Return], set[str]] = {}
    for heading in headings:
        for model, name, _ in _meanings(heading.text):
            named.setdefault(model, set()).add(name)
    return [one for one in schemas.all_returns() if len(named.get(one, ())) >= MIN_FIELDS]


def _extended(header: Header, rows: Sequence[Sequence[str]]) -> Header:
    """The header with rows that add no name: groups above merged cells, units below the names."""
    first, last = header.first_row, header.last_row
    while (
        last + 1 < len(rows)
        and last - first + 1 < MAX_HEADER_ROWS
        and _is_unit_row(rows[last], rows[last + 1])
    ):
        last += 1
    while first and last - first + 1 < MAX_HEADER_ROWS and _reaches(rows[first - 1], rows[first]):
        first -= 1
    if (first, last) == (header.first_row, header.last_row):
        return header
    headings = _headings(rows[first : last + 1])
    taller = _match(header.model, headings, first, last - first + 1)
    return taller if taller and taller.fields.keys() == header.fields.keys() else header


def _is_unit_row(above: Sequence[str], row: Sequence[str]) -> bool:
    """Whether the row holds units and nothing else beside merged cells from above.

    单位：亿元 alone is a line about the whole table.
    """
    units = [b for a, b in itertools.zip_longest(above, row, fillvalue="") if b and a != b]
    is_line = len(units) == 1 and "单位" in units[0]
    return bool(units) and not is_line and all(_is_unit(text) for text in units)


def _reaches(above: Sequence[str], row: Sequence[str]) -> bool:
    """Whether cells of the row are merged with those above."""
    return any(a and a == b for a, b in zip(above, row, strict=False))


def matches(model: type[Return], headings: Sequence[Heading]) -> Header | None:
    """The headings as a header of the return by themselves, None where they are too few for one."""
    return _match(model, headings, 0, 1)


def _match(
    model: type[Return], headings: Sequence[Heading], first: int, height: int
) -> Header | None:
    fields, repeated, extra = assign(model, headings)
    if len(fields) < MIN_FIELDS:
        return None
    columns = model.columns()
    required = [
        name for name, column in columns.items() if column.required and not column.is_envelope
    ]
    found = sum(name in fields for name in required)
    if found < MIN_REQUIRED_SHARE * len(required):
        return None
    exact = sum(bare(columns[name].header) == heading.bare for name, heading in fields.items())
    total = len(headings) or 1
    # What the return misses and what the sheet has too much both speak against it.
    score = found / (len(required) or 1) + len(fields) / total + 0.5 * exact / total
    return Header(model, first, first + height - 1, fields, repeated, extra, score - 0.01 * height)


def _adds_something(rows: Sequence[Sequence[str]]) -> bool:
    """Whether every further header row is one: it has words, and repeats or refines the row above.

    The first data row must not be swallowed: a header row holds no number and no date.
    """
    for row in rows[1:]:
        words = [text for text in row if text]
        if not words or any(_NO_WORDS.fullmatch(folded(text)) for text in words):
            return False
    above, below = rows[-2], rows[-1]
    changed = [b for a, b in zip(above, below, strict=False) if b and a != b]
    same = [b for a, b in zip(above, below, strict=False) if b and a == b]
    if not changed:
        return bool(same)
    named = sum(names_a_field(text) or _is_unit(text) for text in changed)
    joined = sum(
        names_a_field(a + b) or names_a_field(b + a)
        for a, b in zip(above, below, strict=False)
        if b and a != b
    )
    return max(named, joined) * 2 >= len(changed)


def _headings(rows: Sequence[Sequence[str]]) -> list[Heading]:
    """One heading a column: the rows' texts from top to bottom, repeats of merged cells once."""
    rows = [_spread(row, below) for row, below in zip(rows, [*rows[1:], None], strict=True)]
    headings = []
    for index in range(max(len(row) for row in rows)):
        parts: list[str] = []
        for row in rows:
            text = row[index] if index < len(row) else ""
            if text and text not in parts:
                parts.append(text)
        if parts:
            headings.append(_heading(index, parts))
    return headings


def _heading(index: int, parts: list[str]) -> Heading:
    """The lowest part names the column if it can alone, units aside; else all parts together do."""
    units = [part for part in parts if _is_unit(part)]
    named = [part for part in parts if part not in units] or parts
    above = tuple(units) if named is not parts else ()
    # A group's word may stand above what it belongs behind: 实到投资额 over 本月.
    for joined in ("".join(named), "".join(reversed(named))):
        if len(named) == 1 or names_a_field(joined):
            return Heading(index, joined, above)
    if names_a_field(named[-1]):
        return Heading(index, named[-1], (*named[:-1], *above))
    return Heading(index, "".join(named), above)


def _spread(row: Sequence[str], below: Sequence[str] | None) -> Sequence[str]:
    """A group's heading over all its columns, where the format does not tell how far it reaches."""
    if below is None:
        return row
    filled = list(row)
    for index in range(1, min(len(row), len(below))):
        is_open = not row[index] and below[index] and below[index - 1]
        if is_open and filled[index - 1] != below[index - 1]:
            filled[index] = filled[index - 1]
    return filled


def assign(
    model: type[Return], headings: Sequence[Heading]
) -> tuple[dict[str, Heading], list[tuple[str, Heading]], list[Heading]]:
    """Headings to fields: exact 表头 first, synonyms for what is left; then repeats, then extras.

    A synonym beside the 表头 itself is an extra column, beside another synonym it is as good;
    what names a part of the envelope is held against the rest of that later.
    """
    fields: dict[str, Heading] = {}
    repeated: list[tuple[str, Heading]] = []
    exact: set[str] = set()
    taken: set[int] = set()
    # Of hundreds of columns few are any field's, and every likely return is tried.
    meant = [(one, found) for one in headings if (found := _names(one.text).get(model))]
    for which in range(2):
        for heading, by_kind in meant:
            if heading.index in taken:
                continue
            names = by_kind[which]
            if free := [one for one in names if one not in fields]:
                fields[free[0]] = heading
            elif part_of(heading.bare) is None and (rivals := [x for x in names if x not in exact]):
                repeated.append((rivals[0], heading))
            else:
                continue
            taken.add(heading.index)
        exact = set(fields)
    extra = [heading for heading in headings if heading.index not in taken]
    return fields, repeated, extra


def nearest_field(model: type[Return], heading: Heading, missing: Sequence[str]) -> str | None:
    """The missing field whose header or synonym the heading nearly is, for a suggestion."""
    known = {
        bare(text): name
        for name in missing
        for text in (model.columns()[name].header, *model.columns()[name].aliases)
    }
    match = process.extractOne(
        heading.bare, known.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_SCORE
    )
    return known[match[0]] if match else None


def nearest_return(rows: Sequence[Sequence[str]]) -> tuple[type[Return], list[str]] | None:
    """The return whose headers the sheet's rows come nearest to, and the required ones they lack."""
    best: tuple[int, type[Return], list[str]] | None = None
    for row in _wordy(rows):
        headings = [Heading(index, text) for index, text in enumerate(row) if text]
        for model in schemas.all_returns():
            fields, _, extra = assign(model, headings)
            near = [one for one in extra if nearest_field(model, one, list(model.columns()))]
            score = 2 * len(fields) + len(near)
            if len(fields) + len(near) >= MIN_FIELDS and (best is None or score > best[0]):
                lacking = [
                    column.header
                    for name, column in model.columns().items()
                    if column.required and name not in fields and not column.is_envelope
                ]
                best = score, model, lacking
    return best[1:] if best else None


def _wordy(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The first rows that may be meant as a header; comparing every word with all is slow."""
    short = [[text for text in row[:60] if text and len(text) <= 20] for row in rows[:SEARCH_ROWS]]
    return [row for row in short if len(row) >= MIN_FIELDS][:10]
