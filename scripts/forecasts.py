"""How often the forecast is right: `python -m scripts.forecasts [YEARS] [SEED]` tries it on made-up years.

Of each year the months are told one after the other, and each time it is asked when half of the task,
and all of it, will be done. It is right where that comes within the range of months that it names.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flows.month.forecast import Goal, Reached, forecast

# How a month's part falls out: contracts come in lumps, payments flow, projects are counted.
KINDS = ("contracts", "payments", "projects")


@dataclass
class Tried:
    """How often a kind of figure was asked about, how often it was right, how wide the ranges were."""

    asked: int = 0
    right: int = 0
    without_end: int = 0
    months: int = 0

    @property
    def right_pct(self) -> float:
        """In how many of a hundred the goal came within the range."""
        return 100 * self.right / max(self.asked, 1)


def tried(years: int, seed: int) -> dict[str, Tried]:
    """The forecast on so many years of each kind."""
    return {kind: _tried(kind, years, random.Random(f"{seed}{kind}")) for kind in KINDS}  # noqa: S311 - made up


def overall(found: dict[str, Tried]) -> float:
    """Of all kinds together."""
    return 100 * sum(one.right for one in found.values()) / sum(one.asked for one in found.values())


def _tried(kind: str, years: int, chance: random.Random) -> Tried:
    found = Tried()
    for _ in range(years):
        for goal, done in _asked(_year(kind, chance)):
            found.asked += 1
            found.right += _is_right(goal, done)
            found.without_end += goal.latest is None
            last = goal.latest.month if goal.latest else 12
            found.months += last - (goal.earliest.month if goal.earliest else 12) + 1
    return found


def _year(kind: str, chance: random.Random) -> list[Reached]:
    """A year's figures by month, and a task that it may or may not do."""
    level = chance.lognormvariate(1.5, 0.6)
    parts = [_part(kind, level, chance) for _ in range(12)]
    task = max(Decimal(1), Decimal(round(level * 12 * chance.uniform(0.6, 1.3))))
    return [
        Reached(dt.date(2021, number, 1), sum(parts[:number], Decimal(0)), task)
        for number in range(1, 13)
    ]


def _part(kind: str, level: float, chance: random.Random) -> Decimal:
    if kind == "contracts":
        lumps = (chance.lognormvariate(0, 0.9) for _ in range(_count(2.0, chance)))
        return Decimal(str(round(level / 3 * sum(lumps), 4)))
    if kind == "payments":
        return Decimal(str(round(level * chance.lognormvariate(-0.08, 0.4), 4)))
    return Decimal(_count(level, chance))


def _count(mean: float, chance: random.Random) -> int:
    """How many come in a month, where so many come on average."""
    number, waited = 0, chance.expovariate(mean)
    while waited < 1:
        number, waited = number + 1, waited + chance.expovariate(mean)
    return number


def _asked(year: list[Reached]) -> Iterator[tuple[Goal, int | None]]:
    """Each goal that can be told of at a month's end, and the month by whose end it was done."""
    values = [one.value or Decimal(0) for one in year]
    parts = [after - before for before, after in zip([Decimal(0), *values], values, strict=False)]
    for known in range(3, 12):
        told = forecast(year[:known], parts[:known])
        assert told is not None  # noqa: S101 - each year has a task
        for goal in told.goals:
            if not goal.is_done:
                yield goal, next((n for n, v in enumerate(values, 1) if v >= goal.value), None)


def _is_right(goal: Goal, done: int | None) -> bool:
    if goal.earliest is None:
        return done is None
    if done is None:
        return goal.latest is None
    return goal.earliest.month <= done and (goal.latest is None or done <= goal.latest.month)


def main() -> None:
    years, seed = [int(one) for one in [*sys.argv[1:], *("1000", "1")[len(sys.argv) - 1 :]]]
    found = tried(years, seed)
    for kind, one in found.items():
        print(
            f"{kind:10} asked {one.asked:6}  right {one.right_pct:5.1f} %  "
            f"range without end {100 * one.without_end / one.asked:5.1f} %  "
            f"months in the range {one.months / one.asked:4.1f}"
        )
    print(f"{'all':10} right {overall(found):.1f} %")


if __name__ == "__main__":
    main()
