"""Faults for SQL, which no library of mutations knows: limits, orders, conditions.

The text is cut into words, not parsed: every fault changes or takes out a few words and leaves the
rest as it was. Comments, quoted text and the statements that comment on relations stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WORD = re.compile(
    r"""
      (?P<aside>--[^\n]*|/\*.*?\*/)
    | (?P<quoted>'(?:[^']|'')*'|"[^"]*")
    | (?P<placeholder>\{[^{}]*\})
    | (?P<parameter>\$\w+|\?)
    | (?P<number>(?<![\w.$])\d+(?:\.\d+)?(?![\w.]))
    | (?P<operator><=|>=|<>|!=|=>|:=|::|\|\||[=<>])
    | (?P<name>[A-Za-z_]\w*)
    | (?P<mark>[(),;])
    """,
    re.VERBOSE | re.DOTALL,
)
COMPARED = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "=": "<>", "<>": "=", "!=": "="}
SWAPPED = {
    "and": "or", "or": "and", "min": "max", "max": "min", "arg_max": "arg_min",
    "bool_or": "bool_and", "bool_and": "bool_or", "lead": "lag", "lag": "lead",
    "greatest": "least", "least": "greatest",
}  # fmt: skip
# What ends a `where`, a `having` or an `order by` at the same depth of brackets.
ENDS = {
    "where", "group", "having", "qualify", "window", "order", "limit", "union", "intersect",
    "except", "returning", "rows", "range", "select", "using",
}  # fmt: skip
# Types whose numbers are no limits.
SIZED = {"decimal", "varchar"}
COMMENT = re.compile(r"comment\s+on\s.*?'(?:[^']|'')*'\s*;", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Word:
    """A word of the text with its place and its depth of brackets."""

    text: str
    kind: str
    start: int
    end: int
    depth: int

    def is_name(self, *names: str) -> bool:
        return self.kind == "name" and self.text.lower() in names


@dataclass(frozen=True)
class Change:
    """What to write between two places instead of what stands there."""

    kind: str
    start: int
    end: int
    new: str


def changes(text: str) -> Iterator[Change]:
    """Every fault of these kinds that the SQL text can have."""
    words = list(_words(text))
    for n, word in enumerate(words):
        before = words[n - 1] if n else None
        if word.kind == "operator" and word.text in COMPARED:
            yield Change("comparison", word.start, word.end, COMPARED[word.text])
        elif word.kind == "number" and not _is_size(words, n) and not _is_any(before):
            for step in (1, -1):
                yield Change("number", word.start, word.end, _stepped(word.text, step))
        elif word.is_name(*SWAPPED) and not _is_of_between(words, n):
            yield Change("word", word.start, word.end, SWAPPED[word.text.lower()])
        elif word.is_name("is") and n + 1 < len(words):
            yield from _turned(words[n : n + 2])
        elif word.is_name("exists") and before and before.is_name("not"):
            yield Change("not", before.start, word.start, "")
        elif word.is_name("in") and before:
            start = before.start if before.is_name("not") else word.start
            yield Change("not", start, word.end, "in" if before.is_name("not") else "not in")
        elif word.is_name("first", "last") and before and before.is_name("nulls"):
            other = "last" if word.is_name("first") else "first"
            yield Change("nulls", word.start, word.end, other)
        elif word.is_name("where", "having", "qualify"):
            yield from _dropped_conditions(words, n)
        elif word.is_name("by") and before and before.is_name("order"):
            yield from _orders(words, n)


def _words(text: str) -> Iterator[Word]:
    comments = [(one.start(), one.end()) for one in COMMENT.finditer(text)]
    depth = 0
    for found in WORD.finditer(text):
        if any(start <= found.start() < end for start, end in comments):
            continue
        kind = found.lastgroup or ""
        if kind == "aside":
            continue
        depth -= found.group() == ")"
        yield Word(found.group(), kind, found.start(), found.end(), depth)
        depth += found.group() == "("


def _is_size(words: Sequence[Word], n: int) -> bool:
    """Whether the number is one of a type's: decimal(38, 12)."""
    while n and (words[n].kind == "number" or words[n].text in "(,"):
        n -= 1
    return words[n].is_name(*SIZED)


def _is_any(before: Word | None) -> bool:
    """Whether any value would do: `exists (select 1 from ...)`."""
    return before is not None and before.is_name("select")


def _stepped(number: str, step: int) -> str:
    whole, dot, rest = number.partition(".")
    if dot:
        digits = len(rest)
        value = int(whole + rest) + step
        return f"{'-' if value < 0 else ''}{abs(value) // 10**digits}.{abs(value) % 10**digits:0{digits}}"
    return str(int(whole) + step) if int(whole) + step >= 0 else "(-1)"


def _is_of_between(words: Sequence[Word], n: int) -> bool:
    """Whether this `and` only parts the two ends of a `between`."""
    depth = words[n].depth
    for word in reversed(words[:n]):
        if word.depth < depth:
            return False
        if word.depth == depth and word.is_name("between"):
            return True
        if word.depth == depth and word.is_name("and", "or", "where", "on", "when", "having"):
            return False
    return False


def _turned(words: Sequence[Word]) -> Iterator[Change]:
    """`is` and `is not`, the other way round."""
    word, after = words
    if after.is_name("not"):
        yield Change("not", word.start, after.end, "is")
    elif after.is_name("null", "distinct", "true", "false"):
        yield Change("not", word.start, word.end, "is not")


def _clause(words: Sequence[Word], n: int) -> list[Word]:
    """The words after the n-th, to the end of what they belong to."""
    depth = words[n].depth
    found = []
    for word in words[n + 1 :]:
        is_over = word.depth < depth or (
            word.depth == depth and (word.text == ";" or word.is_name(*ENDS))
        )
        if is_over:
            break
        found.append(word)
    return found


def _dropped_conditions(words: Sequence[Word], n: int) -> Iterator[Change]:
    """The clause with one of its conditions always true."""
    depth = words[n].depth
    parts: list[list[Word]] = [[]]
    cases = 0
    clause = _clause(words, n)
    if any(word.depth == depth and word.is_name("or") for word in clause):
        return
    for place, word in enumerate(clause, start=n + 1):
        cases += word.is_name("case") - word.is_name("end")
        is_border = word.depth == depth and word.is_name("and") and not cases
        if is_border and not _is_of_between(words, place):
            parts.append([])
        else:
            parts[-1].append(word)
    for part in parts:
        if part:
            yield Change("condition dropped", part[0].start, part[-1].end, "true")


def _orders(words: Sequence[Word], n: int) -> Iterator[Change]:
    """The order without one of its keys, and with one the other way round."""
    depth = words[n].depth
    keys: list[list[Word]] = [[]]
    for word in _clause(words, n):
        if word.text == "," and word.depth == depth:
            keys.append([])
        else:
            keys[-1].append(word)
    keys = [key for key in keys if key]
    for place, key in enumerate(keys):
        if len(keys) > 1:
            start = keys[place - 1][-1].end if place else key[0].start
            end = key[-1].end if place else keys[1][0].start
            yield Change("order key dropped", start, end, "")
        nulls = [word for word in key if word.depth == depth and word.is_name("nulls")]
        last = key[key.index(nulls[0]) - 1] if nulls else key[-1]
        if last.is_name("desc", "asc"):
            yield Change(
                "order turned", last.start, last.end, "asc" if last.is_name("desc") else "desc"
            )
        elif not last.is_name("all"):
            yield Change("order turned", last.end, last.end, " desc")
