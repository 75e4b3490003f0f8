"""Work done in processes of their own, each in a session by which all that it starts is known.

They are forked from a process that has imported everything and used none of it: a refresh in one
costs what the refresh costs, and can be killed like any other.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from command import assert_nothing_is_left

from flows.ground.errors import GuobanError
from scripts.soak.memory import Limit

_LOOK_SECONDS = 0.02
# No act takes so long, whatever it is about.
_SECONDS = 600


class SoakError(Exception):
    """What a refresh must never do, or come to."""


@dataclass(frozen=True)
class Outcome:
    """How work ended: what it gave; or the foreseen error's kind; or neither, where it was killed."""

    value: Any = None
    error: str | None = None
    was_killed: bool = False


class Child:
    """One process at work, held by the limit where there is one."""

    def __init__(self, work: Callable[[], Any], limit: Limit | None = None) -> None:
        self._limit = limit
        # Not through a pipe, which holds little.
        self._answer = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - till the end
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if not self.pid:
            _run(work, limit, self._answer)

    def end(self, *, kill_after: float | None = None) -> Outcome:
        """Waits for the end, or brings it about. Raises SoakError for what nobody foresaw."""
        started = time.monotonic()
        while not os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            spent = time.monotonic() - started
            if kill_after is not None and spent > kill_after:
                os.kill(self.pid, signal.SIGKILL)
            elif spent > _SECONDS:
                os.killpg(self.pid, signal.SIGKILL)
                raise SoakError(f"a refresh has not ended after {_SECONDS} s")
            if self._limit:
                self._limit.watch(self.pid)
            time.sleep(_LOOK_SECONDS)
        _, status = os.waitpid(self.pid, 0)
        with self._answer as file:
            file.seek(0)
            said = file.read()
        assert_nothing_is_left(self.pid)
        if os.WIFSIGNALED(status):
            if kill_after is None:
                raise SoakError(f"a refresh was ended by signal {os.WTERMSIG(status)}")
            return Outcome(was_killed=True)
        answer = json.loads(said)
        if "crash" in answer:
            raise SoakError(answer["crash"])
        return Outcome(**answer)


def _run(work: Callable[[], Any], limit: Limit | None, file: IO[str]) -> None:
    """The child's whole life."""
    try:
        os.setsid()
        if limit:
            limit.enter()
        answer = {"value": work()}
    except GuobanError as error:
        answer = {"error": type(error).__name__}
    except BaseException:
        answer = {"crash": traceback.format_exc()}
    json.dump(answer, file)
    file.flush()
    os._exit(0)
