"""What people do that counts: files of the history's departments, and acts. Kept, to be done again."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from drop import Drop
from history_model import (
    DEPARTMENTS,
    MONTHS,
    PAID,
    PAIR,
    PROJECTS,
    SCOPES,
    SIGNED,
    Cells,
    Filed,
    Place,
    Target,
    file_return,
    file_target,
)
from past import house_of

from flows.ask import decisions
from flows.publish.current import is_published

# Never 10,000 times each other, which would be a slip of units.
_AMOUNTS = (15_000, 15_000, 15_000, 6_000, 40_000)
_PAYMENTS = (100, 250, 700)


@dataclass(frozen=True)
class GoodFile:
    """A file as it was filed under a name; its bytes are kept apart."""

    name: str
    kept: Path

    def do(self, drop: Drop) -> None:
        """Files it."""
        shutil.copy2(self.kept, drop.raw / self.name)


@dataclass(frozen=True)
class Act:
    """Something decided; `by` names what is done, `about` what it is done to."""

    by: str
    about: tuple[Any, ...]

    def do(self, drop: Drop) -> None:
        """Raises RefusedError where it isn't possible as things stand."""
        _ACTS[self.by](drop, *self.about)


Good = GoodFile | Act


def draw(random: Random, drop: Drop, kept: Path, number: int) -> Good:
    """Something that people do, of a kind drawn by chance; a file of it is written to `kept`."""
    kind = random.choices(
        ("sign", "pay", "target", "withdraw", "restore", "lock", "unlock", "decide"),
        (9, 5, 1, 2, 2, 1, 2, 1),
    )[0]
    if kind in _FILES:
        # As often as not a file that is there already is changed.
        name = f"{random.randint(1, 20)}.xlsx"
        beside = Drop(kept / str(number), drop.zone)
        _FILES[kind](random, beside, name)
        return GoodFile(name, beside.raw / name)
    if kind == "decide":
        return Act(kind, (random.choice((True, False, None)),))
    if kind in {"withdraw", "restore"}:
        return Act(kind, (random.random(),))
    return Act(kind, (random.choice(MONTHS),))


def _sign(random: Random, beside: Drop, name: str) -> None:
    department = random.choice(DEPARTMENTS)
    projects = PROJECTS[department]
    if random.random() < 0.2:
        projects = projects[:1]
    rows: dict[str, Cells] = {project: (random.choice(_AMOUNTS),) for project in projects}
    place = Place(SIGNED, department, random.choice(MONTHS))
    file_return(beside, Filed(name, place, rows, None))


def _pay(random: Random, beside: Drop, name: str) -> None:
    place = Place(PAID, random.choice(DEPARTMENTS), random.choice(MONTHS))
    paid = random.choice(_PAYMENTS)
    rows: dict[str, Cells] = {
        PROJECTS[place.department][0]: (paid, paid * (MONTHS.index(place.month) + 1))
    }
    file_return(beside, Filed(name, place, rows, None))


def _target(random: Random, beside: Drop, name: str) -> None:
    one = Target(name, random.choice(SCOPES), random.choice(MONTHS), random.randint(1, 99))
    file_target(beside, one)


_FILES: dict[str, Callable[[Random, Drop, str], None]] = {
    "sign": _sign,
    "pay": _pay,
    "target": _target,
}


def _withdraw(drop: Drop, place: float) -> None:
    """The submission that stands so far down the list of those in force."""
    if not is_published(drop.settings.warehouse):
        raise decisions.RefusedError("nothing is published yet", "")
    standing = drop.query(
        "select submission_id from mart.submissions where is_current order by all"
    )
    if len(standing) < 2:
        raise decisions.RefusedError("something must stay", "")
    ((key,)) = standing[int(place * len(standing))]
    decisions.withdraw(house_of(drop), key, "试", "甲")


def _restore(drop: Drop, place: float) -> None:
    """The submission that stands so far down the list of those that may count again."""
    if not is_published(drop.settings.warehouse):
        raise decisions.RefusedError("nothing is published yet", "")
    # What was turned back for its errors can't be restored, and bad files the twin has none of.
    others = drop.query(
        "select submission_id from mart.submissions "
        "where not is_current and (version is not null or is_in_doubt) order by all"
    )
    if not others:
        raise decisions.RefusedError("all of them count", "")
    ((key,)) = others[int(place * len(others))]
    decisions.restore(house_of(drop), key, "试", "甲")


def _lock(drop: Drop, month: str) -> None:
    if decisions.lock(house_of(drop), _day(month), "甲"):
        raise decisions.RefusedError("findings block it", "")


def _unlock(drop: Drop, month: str) -> None:
    decisions.unlock(house_of(drop), _day(month), "试", "甲")


def _decide(drop: Drop, is_same: bool | None) -> None:
    decisions.decide(house_of(drop), *PAIR, is_same=is_same, by="甲", unsuspected=True)


def _day(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")


_ACTS: dict[str, Callable[..., None]] = {
    "withdraw": _withdraw,
    "restore": _restore,
    "lock": _lock,
    "unlock": _unlock,
    "decide": _decide,
}
