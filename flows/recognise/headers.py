"""The header map: which field a header names, and which row of a sheet is the header.

A header is compared without blanks, line breaks, brackets and what they hold (a unit, mostly).
An exact 表头 beats a synonym; a near miss is a suggestion, never a match.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

import schemas
from flows.values.text import folded
from flows.values.units import money_units
from schemas.declare import Return

_BRACKETS = re.compile(r"[(\[【〔](.*?)[)\]】〕]")
_NOISE = re.compile(r"[*＊#:：]")
MAX_HEADER_ROWS = 3
# Headers are looked for in this many rows from the top; titles and notes are never this long.
SEARCH_ROWS = 60
# A row is a header if it names this many fields, and this share of those required.
MIN_FIELDS = 3
MIN_REQUIRED_SHARE = 0.4
NEAR_SCORE = 75


@dataclass(frozen=True)
class Heading:
    """One column of the header: where it stands and what it says."""

    index: int
    text: str

    @property
    def bare(self) -> str:
        """The header without brackets and blanks, as it is compared."""
        return bare(self.text)

    @property
    def units(self) -> set[str]:
        """Units of money that the header's brackets name."""
        return set().union(*(money_units(inner) for inner in _BRACKETS.findall(folded(self.text))))


@dataclass(frozen=True)
class Header:
    """A recognised header: `fields` by name, everything else in `extra`."""

    model: type[Return]
    first_row: int
    last_row: int
    fields: dict[str, Heading]
    repeated: list[tuple[str, Heading]]
    """Columns that name a field already taken, with that field."""
    extra: list[Heading]
    score: float


def bare(text: str) -> str:
    """A header for comparison: NFKC, no blanks, no brackets with their content, no marks."""
    flat = folded(text)
    stripped = _NOISE.sub("", _BRACKETS.sub("", flat))
    return stripped or _NOISE.sub("", flat)


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


def names_a_field(text: str) -> bool:
    """Whether the text is a known header of any return."""
    return bare(text) in _index() or folded(text) in _index()


def find_header(rows: Sequence[Sequence[str]], title: str | None = None) -> Header | None:
    """The best header among the first rows; None where no row names enough fields.

    `rows` have their merged cells filled. `title` is the return named above, if one was: it
    decides between returns that share headers.
    """
    best: Header | None = None
    for first in range(min(len(rows), SEARCH_ROWS)):
        if not any(names_a_field(text) for text in rows[first] if text):
            continue
        for height in range(1, MAX_HEADER_ROWS + 1):
            if first + height > len(rows):
                break
            for model in schemas.all_returns():
                found = _match(model, rows, first, height)
                if found is None:
                    continue
                bonus = 0.5 if model.form().title == title else 0.0
                found = Header(**{**vars(found), "score": found.score + bonus})
                if best is None or found.score > best.score:
                    best = found
        if best is not None and first > best.last_row:
            break
    return best


def _match(
    model: type[Return], rows: Sequence[Sequence[str]], first: int, height: int
) -> Header | None:
    headings = _headings(rows[first : first + height])
    if height > 1 and not _adds_something(rows[first : first + height]):
        return None
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
        if not words or any(re.fullmatch(r"[\d.,/\-年月日]+", folded(text)) for text in words):
            return False
    above, below = rows[-2], rows[-1]
    changed = [b for a, b in zip(above, below, strict=False) if b and a != b]
    same = [b for a, b in zip(above, below, strict=False) if b and a == b]
    if not changed:
        return bool(same)
    named = sum(names_a_field(text) or bool(money_units(text)) for text in changed)
    joined = sum(names_a_field(a + b) for a, b in zip(above, below, strict=False) if b and a != b)
    return max(named, joined) * 2 >= len(changed)


def _headings(rows: Sequence[Sequence[str]]) -> list[Heading]:
    """One heading a column: the rows' texts from top to bottom, repeats of merged cells once."""
    width = max(len(row) for row in rows)
    headings = []
    for index in range(width):
        parts: list[str] = []
        for row in rows:
            text = row[index] if index < len(row) else ""
            if text and text not in parts:
                parts.append(text)
        if parts:
            # The lowest part names the column if it can alone; else all parts together do.
            lowest = parts[-1]
            alone = names_a_field(lowest) and not names_a_field("".join(parts))
            headings.append(Heading(index, lowest if alone else "".join(parts)))
    return headings


def assign(
    model: type[Return], headings: Sequence[Heading]
) -> tuple[dict[str, Heading], list[tuple[str, Heading]], list[Heading]]:
    """Headings to fields: exact 表头 first, synonyms for what is left; then repeats, then extras."""
    fields: dict[str, Heading] = {}
    repeated: list[tuple[str, Heading]] = []
    taken: set[int] = set()
    for wants_exact in (True, False):
        for heading in headings:
            if heading.index in taken:
                continue
            for name in _candidates(model, heading, exact=wants_exact):
                if name not in fields:
                    fields[name] = heading
                    taken.add(heading.index)
                    break
                if wants_exact or fields[name].bare == heading.bare:
                    repeated.append((name, heading))
                    taken.add(heading.index)
                    break
    extra = [heading for heading in headings if heading.index not in taken]
    return fields, repeated, extra


def _candidates(model: type[Return], heading: Heading, *, exact: bool) -> list[str]:
    found = []
    for key in (folded(heading.text), heading.bare):
        for candidate, name, is_exact in _index().get(key, ()):
            if candidate is model and is_exact == exact and name not in found:
                found.append(name)
    return found


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
