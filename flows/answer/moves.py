"""Headline figures that moved, in words for the terminal and for pages: old → new, and why.

The newest month comes first; earlier ones, which nobody expects to move, stand apart. Each cause that
is a file is named once, below, by the number that stands beside the figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from flows.answer.wording import month_words
from flows.publish.moves import Move, Step
from flows.values.printed import DASH, amount, exact
from schemas.labels import LABELS

Say = Callable[[str, str], str]
"""Picks the English or the Chinese of a pair."""
# Rates are shown to so many places, or to as many as it takes to tell two apart.
_PLACES, _MOST_PLACES = 2, 10


def lines_of(moves: Sequence[Move], say: Say) -> Iterator[str]:
    """The lines; none where nothing moved."""
    causes = _Causes()
    newest = [one for one in moves if not one.is_earlier]
    earlier = [one for one in moves if one.is_earlier]
    if newest:
        yield say("Headline figures that move:", "变动的主要指标：")
        yield from _months(newest, causes, say)
    if earlier:
        yield say("EARLIER MONTHS move, too:" if newest else "Figures of EARLIER MONTHS move:",
                  "以前月份的主要指标也有变动：" if newest else "以前月份的主要指标有变动：")  # fmt: skip
        yield from _months(earlier, causes, say)
    yield from causes.lines(say)


class _Causes:
    """The causes in the order in which they are first told, each by a number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str | None, str | None, str | None], int] = {}

    def numbers(self, steps: Iterable[Step]) -> str:
        found = {
            self._numbers.setdefault(
                (one.cause, one.submission_id, one.file, one.settings), len(self._numbers) + 1
            )
            for one in steps
        }
        return "".join(f"[{number}]" for number in sorted(found))

    def lines(self, say: Say) -> Iterator[str]:
        for (cause, *what), number in self._numbers.items():
            parts = [say(*LABELS["cause"][cause]), *what]
            yield f"  [{number}] {' '.join(part for part in parts if part)}"


def _months(moves: Iterable[Move], causes: _Causes, say: Say) -> Iterator[str]:
    for month, of_month in groupby(moves, key=lambda one: one.report_month):
        yield f"  {_month(month, say)}"
        for department, figures in groupby(of_month, key=lambda one: one.department):
            yield f"    {department}"
            for one in figures:
                yield from _figure(one, causes, say)


def _month(month: dt.date, say: Say) -> str:
    return say(f"{month:%Y-%m}", month_words(month))


def _figure(one: Move, causes: _Causes, say: Say) -> Iterator[str]:
    told = []
    if one.old_value != one.new_value:
        old, new = exact(one.old_value), exact(one.new_value)
        is_gone = one.new_value is None
        told.append(f"{old}{one.unit} → {new}" if is_gone else f"{old} → {new}{one.unit}")
    if one.old_target != one.new_target:
        words = say("target ", "目标")
        told.append(f"{words}{exact(one.old_target)} → {exact(one.new_target)}")
    if one.old_pct != one.new_pct:
        told.append(f"{say('rate ', '完成率')}{_rates(one.old_pct, one.new_pct)}")
    yield (f"      {one.indicator_code} {one.indicator_name} {causes.numbers(one.causes)}")
    yield f"        {say('; ', '；').join(told)}"


def _rates(old: Decimal | None, new: Decimal | None) -> str:
    places = _PLACES
    while places < _MOST_PLACES and amount(old, places) == amount(new, places):
        places += 1
    return " → ".join(DASH if rate is None else f"{amount(rate, places)}%" for rate in (old, new))
