"""The children that serve has do its work: one that ends with it, and what came of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import IO, cast

from flows.ground.settings import PROJECT

# What a child says is kept in memory; of more than this nobody wants to know.
_MOST_BYTES = 64 << 20


class Child:
    """A module of ours at work in a process of its own, which ends when this one does, however.

    It gets ready at once, and to work when it is told to. Start it from the main thread: to the system
    the parent is the thread.
    """

    def __init__(self, module: str, arguments: Sequence[str], more: Mapping[str, str]) -> None:
        self.more = dict(more)
        """What was added to its environment."""
        self._out, self._err = (os.memfd_create(name) for name in ("out", "err"))
        self.process = subprocess.Popen(  # noqa: S603 - our own modules
            [
                *(sys.executable, "-P", "-m", "flows.serve.child", str(os.getpid())),
                *(module, *arguments),
            ],
            stdin=subprocess.PIPE,
            stdout=self._out,
            stderr=self._err,
            # Ctrl-C is meant for serve, which ends it.
            process_group=0,
            # What it says is read as UTF-8, whatever the locale.
            env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "utf-8", **more},
        )
        self._orders = cast(IO[bytes], self.process.stdin)

    def go(self, arguments: Sequence[str]) -> None:
        """Has it work; with these arguments besides those it began with."""
        # One that has ended is found so when its status is looked at.
        with contextlib.suppress(BrokenPipeError), self._orders as line:
            line.write(json.dumps(list(arguments)).encode() + b"\n")

    def status(self) -> int | None:
        """How it ended; None while it is at work."""
        return self.process.poll()

    def end(self, seconds: float) -> None:
        """Asks it to end, and sees to it after so many seconds."""
        with contextlib.suppress(BrokenPipeError):
            self._orders.close()
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # What it started ends with it by itself, in a moment.
            os.killpg(self.process.pid, signal.SIGKILL)

    def said(self) -> tuple[str, str]:
        """What it wrote to both streams, once it has ended."""
        return _read(self._out), _read(self._err)

    def close(self) -> None:
        """Forgets what it said."""
        for handle in (self._out, self._err):
            os.close(handle)


def _read(handle: int) -> str:
    return os.pread(handle, _MOST_BYTES, 0).decode("utf-8", "replace")


class Backoff:
    """When to try again what failed: after twice as long each time, up to a most."""

    def __init__(self, first_seconds: float, most_seconds: float) -> None:
        self._first, self._most = first_seconds, most_seconds
        self._next = first_seconds
        self._not_before = 0.0
        self.seconds = 0.0
        """How long is waited since it failed last."""

    @property
    def is_over(self) -> bool:
        """Whether it may be tried now."""
        return time.monotonic() >= self._not_before

    def failed(self) -> None:
        """It failed just now."""
        self.seconds = self._next
        self._not_before = time.monotonic() + self.seconds
        self._next = min(2 * self._next, self._most)

    def worked(self) -> None:
        """It worked: next time the first wait is short again."""
        self._next, self._not_before = self._first, 0.0

    def hurry(self) -> None:
        """Something has changed: it may be tried now."""
        self._not_before = 0.0
