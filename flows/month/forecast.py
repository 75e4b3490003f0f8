"""When half of a year's task, and all of it, would be done if things went on as in the last months.

An estimate and no more: the model knows nothing of contracts that are about to be signed. How often it
was right on made-up years is measured by `python -m scripts.forecasts`; `HIT_PCT` is what that found.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

# The months by which it is judged how things go on, and how many there must be at least.
LOOKED_BACK = 3
LEAST = 2
# The parts of the task that are asked about, and the month by whose end each is due.
DUE = {50: 6, 100: 12}
# In so many of a hundred made-up years the goal was reached within the range; see above.
HIT_PCT = 84


@dataclass(frozen=True)
class Reached:
    """A month's end at which the figure stood so: what a figure and its target were."""

    report_month: dt.date
    value: Decimal | None
    target: Decimal | None


@dataclass(frozen=True)
class Goal:
    """A part of the task: what is left of it, and when it would be done.

    `left` and `per_month` are in the figure's unit; `per_month` is what each month up to `due_on` has
    to bring, rounded up to two places, None where none of these is left. `earliest`, `expected` and
    `latest` are None where it would not be done within the year; `note` says so, or why nothing can be
    said. What is done has only `since_on`, the first month's end of the year at which it was.
    """

    pct: int
    value: Decimal
    due_on: dt.date
    since_on: dt.date | None = None
    left: Decimal | None = None
    months_left: int = 0
    per_month: Decimal | None = None
    earliest: dt.date | None = None
    expected: dt.date | None = None
    latest: dt.date | None = None
    note: str | None = None

    @property
    def is_done(self) -> bool:
        """Whether it is done already."""
        return self.left is None


@dataclass(frozen=True)
class Forecast:
    """The goals of one figure, and by what they are judged: the last months' parts, the newest last."""

    report_month: dt.date
    value: Decimal
    target: Decimal
    paces: tuple[Decimal, ...]
    goals: tuple[Goal, ...]

    @property
    def slowest(self) -> Decimal | None:
        """The least that one of the last months brought; None where there are too few."""
        return min(self.paces) if len(self.paces) >= LEAST else None

    @property
    def fastest(self) -> Decimal | None:
        """The most that one of them brought."""
        return max(self.paces) if len(self.paces) >= LEAST else None

    @property
    def mean(self) -> Fraction | None:
        """What they brought a month."""
        if len(self.paces) < LEAST:
            return None
        return Fraction(sum(self.paces, Decimal(0))) / len(self.paces)


def forecast(year: Sequence[Reached], paces: Sequence[Decimal | None]) -> Forecast | None:
    """What is to be expected of a figure after the last month of `year`; None without value or target.

    `year` are the months of that year so far, `paces` what each of the last months brought, the newest
    last; months before one of which that isn't known count for nothing.
    """
    now = year[-1]
    if now.value is None or not now.target or now.target <= 0:
        return None
    known: list[Decimal] = []
    for pace in reversed(paces[-LOOKED_BACK:]):
        if pace is None:
            break
        known.insert(0, pace)
    without_goals = Forecast(now.report_month, now.value, now.target, tuple(known), ())
    goals = tuple(_goal(without_goals, pct, year) for pct in DUE)
    return replace(without_goals, goals=goals)


def _goal(of: Forecast, pct: int, year: Sequence[Reached]) -> Goal:
    month = of.report_month
    value = of.target * pct / 100
    due_on = _end_of(month.replace(month=DUE[pct]))
    left = value - of.value
    if left <= 0:
        reached = (
            one.report_month
            for one in year
            if one.value is not None and one.target and one.value >= one.target * pct / 100
        )
        return Goal(pct, value, due_on, since_on=_end_of(next(reached)))
    months_left = max(0, DUE[pct] - month.month)
    per_month = None
    if months_left:
        per_month = (left / months_left).quantize(Decimal("0.01"), ROUND_CEILING)
    earliest = _done_on(month, left, of.fastest)
    expected = _done_on(month, left, of.mean)
    latest = _done_on(month, left, of.slowest)
    note = None
    if of.mean is None:
        note = f"不足{LEAST}个月的当月数，无法推算"
    elif earliest is None:
        note = "照近几个月的进度，本年内达不到"
    elif expected is None:
        note = "照近几个月的平均进度，本年内达不到；照最快的月份才能达到"
    elif latest is None:
        note = "照近几个月中最慢的月份，本年内达不到"
    return Goal(
        pct, value, due_on, None, left, months_left, per_month, earliest, expected, latest, note
    )


def _done_on(month: dt.date, left: Decimal, pace: Decimal | Fraction | None) -> dt.date | None:
    """The day on which what is left would be done at that pace a month; None: not within the year."""
    if pace is None or pace <= 0:
        return None
    needed = Fraction(left) / Fraction(pace)
    whole = -(-needed.numerator // needed.denominator) - 1
    number = month.month + 1 + whole
    if number > 12:
        return None
    last = _end_of(month.replace(month=number))
    part = needed - whole
    return last.replace(day=-(-(part * last.day).numerator // (part * last.day).denominator))


def _end_of(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])
