"""How received files are handled: marked as at hand, within their time, and not at all where it was
found before that they are more than a run can bear.
"""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from flows.ground.time_limit import LateError, TimeLimit
from flows.store.at_hand import AtHand
from flows.store.journal import ENDED, LATE, Receipt

T = TypeVar("T")
LOG = logging.getLogger("guoban")


@dataclass
class Handling:
    """`seconds` for each file in each stage. `at_hand` takes the marks, None for none.

    `outcomes` are what came of files that were tried, by sha256 (`Journal.outcomes`).
    """

    seconds: float = math.inf
    at_hand: AtHand | None = None
    outcomes: dict[str, str | None] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)
    """The receipts that were given up in a stage, each with why."""

    def __post_init__(self) -> None:
        self._limit = TimeLimit(self.seconds)

    def failed(self, receipt: Receipt) -> str | None:
        """Why the file is turned back without being opened; None where it is not."""
        outcome = self.outcomes.get(receipt.sha256)
        return outcome if outcome in {ENDED, LATE} else None

    def turn_back_lost(self, receipts: Iterable[Receipt]) -> dict[str, str]:
        """Has the files that were given up turned back from now on; gives them by sha256."""
        given_up: dict[str, str] = {}
        for receipt in receipts:
            if why := self.lost.get(receipt.number):
                given_up[receipt.sha256] = why
                LOG.warning("%s is turned back: %s", receipt.path, why)
        self.outcomes.update(given_up)
        self.lost.clear()
        return given_up

    def at(self, stage: str, receipts: Sequence[int]) -> contextlib.AbstractContextManager[None]:
        """Marks files as at hand meanwhile."""
        return self.at_hand.at(stage, receipts) if self.at_hand else contextlib.nullcontext()

    def together(self, stage: str, receipts: Sequence[int], work: Callable[[], T]) -> T:
        """Does what is to be done with several files, which may take as long as with one.

        Raises what that raises, LateError where it takes too long: then it is done file by file.
        """
        with self.at(stage, receipts):
            return self._limit.run(work)

    def alone(self, stage: str, receipt: int, work: Callable[[], T]) -> T | None:
        """Does what is to be done with one file; None where that is too much, and it is `lost`."""
        marked = self.at_hand.at_one(stage, receipt) if self.at_hand else contextlib.nullcontext()
        with marked:
            try:
                return self._limit.run(work)
            except LateError:
                self.lost[receipt] = LATE
            except MemoryError:
                self.lost[receipt] = ENDED
        return None
