"""Who runs the stages, under which name, how far each has come, and how long it takes."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from flows.ground.settings import BEIJING

T = TypeVar("T")
LOG = logging.getLogger("guoban")


class Runner(Protocol):
    """Runs one stage under its name."""

    def __call__(self, name: str, stage: Callable[[], T]) -> T: ...


def directly(name: str, stage: Callable[[], T]) -> T:
    """Runs the stage in this process, with nothing around it."""
    LOG.debug("stage %s", name)
    return stage()


class Teller(Protocol):
    """Hears how far a stage has come: with so many files of so many."""

    def __call__(self, done: int, of: int) -> None: ...


def nobody(done: int, of: int) -> None:
    """Tells nobody."""


class Clock:
    """Runs stages by the runner and adds up the seconds of each; tells how far they have come.

    Stages come in turns for batches of files: what is expected holds until something else is.
    """

    def __init__(self, run: Runner = directly, tell: Teller = nobody) -> None:
        self._run = run
        self._tell = tell
        self._done = self._of = 0
        self.seconds: dict[str, float] = {}

    def expect(self, files: int) -> None:
        """So many files are to come, none is done yet."""
        self._done, self._of = 0, files

    def advance(self, files: int = 1) -> None:
        """So many more are done."""
        self._done += files
        self._tell(self._done, self._of)

    def __call__(self, name: str, stage: Callable[[], T]) -> T:
        started = time.perf_counter()
        try:
            return self._run(name, stage)
        finally:
            spent = time.perf_counter() - started
            self.seconds[name] = round(self.seconds.get(name, 0.0) + spent, 3)


def new_run_id(now: dt.datetime) -> str:
    """An id that sorts by time and never repeats."""
    return f"{now.astimezone(BEIJING):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
