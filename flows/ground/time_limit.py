"""How long a piece of work may take in this process: when its time is up it is interrupted.

A stage may run in any thread (Prefect has its own), where signals don't reach it; so another thread
watches the time and has the interpreter raise an exception in it. That ends loops, however deep; a
single call of a library is waited for, and the work is taken for late then.
"""

from __future__ import annotations

import ctypes
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
# What waits, as for a disk that does not answer, may wait for so many times its time.
_MOST_WAITED = 20


class LateError(Exception):
    """The work took longer than it may."""


class _TimeIsUp(BaseException):
    """Raised in the middle of the work; no `except Exception` on the way stops it."""


@dataclass
class _Work:
    thread: int
    until: float
    waits_until: float
    processor: float
    is_late: bool = False
    is_ending: bool = False
    is_done: bool = False


class TimeLimit:
    """So many seconds for each piece of work, one after the other; `math.inf` for any time.

    They are seconds by the clock in which the processor worked as long for this process, in whatever
    thread; what only waits is late after twenty times as many.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._work: _Work | None = None
        self._is_watched = False

    def run(self, work: Callable[[], T]) -> T:
        """Does the work and returns what it returns. Raises LateError where it takes too long."""
        if self.seconds == math.inf:
            return work()
        now = time.monotonic()
        begun = _Work(
            threading.get_ident(),
            until=now + self.seconds,
            waits_until=now + self.seconds * _MOST_WAITED,
            processor=time.process_time(),
        )
        try:
            self._begin(begun)
            done = work()
            self._end(begun)
        except BaseException as error:
            # Whatever was raised by now arrives with the next call; nothing is raised any more.
            begun.is_ending = True
            try:
                self._end(begun)
            except _TimeIsUp:
                self._end(begun)
            if begun.is_late:
                raise LateError(f"took more than {self.seconds:g} seconds") from error
            raise
        if begun.is_late:
            raise LateError(f"took more than {self.seconds:g} seconds")
        return done

    def _begin(self, work: _Work) -> None:
        with self._lock:
            self._work = work
            if not self._is_watched:
                self._is_watched = True
                threading.Thread(target=self._watch, name="time limit", daemon=True).start()

    def _end(self, work: _Work) -> None:
        with self._lock:
            work.is_ending = work.is_done = True
            if work.is_late:
                # What was raised and has not arrived would arrive in somebody else's work.
                _let_arrive(work.thread)
            elif self._left(work) <= 0:
                work.is_late = True

    def _watch(self) -> None:
        """Interrupts what is late. Nothing that begins meanwhile can be late before it wakes."""
        seen: _Work | None = None
        while True:
            with self._lock:
                work, now = self._work, time.monotonic()
                if work is None or (work.is_done and work is seen):
                    # For a whole limit nothing began: who begins next starts another one.
                    self._is_watched = False
                    return
                wait = self.seconds
                if not work.is_ending:
                    wait = self._left(work)
                    if wait <= 0:
                        # What goes on all the same is interrupted again.
                        work.is_late, work.until, wait = True, now + self.seconds, self.seconds
                        _raise_in(work.thread, _TimeIsUp)
                seen = work
            time.sleep(wait)

    def _left(self, work: _Work) -> float:
        """The seconds before which the work is not late (but for many threads); none where it is."""
        now = time.monotonic()
        by_clock = work.until - now
        if work.is_late:
            return by_clock
        by_processor = work.processor + self.seconds - time.process_time()
        return min(max(by_clock, by_processor), work.waits_until - now)


def _raise_in(thread: int, error: type[BaseException]) -> None:
    """Has the interpreter raise the error in that thread, once, however often it is asked before."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def _let_arrive(this_thread: int) -> None:
    """Has what may still be on its way to this thread arrive here, where it does nothing.

    Taking it back (by raising nothing) leaves the interpreter looking for it at every call for good,
    and CPython 3.11 then calls no function any more while it is being profiled.
    """
    try:
        _raise_in(this_thread, _TimeIsUp)
        while True:
            time.sleep(0)
    except _TimeIsUp:
        pass
