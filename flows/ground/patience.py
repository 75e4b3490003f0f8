"""What heals by itself in a moment is tried again, a few times, and said in the log.

A file that another program holds, a network folder that has gone: for these a refresh waits a little.
Nothing that a file says, and no setting, becomes right by waiting.
"""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from flows.ground.durable import causes

T = TypeVar("T")
LOG = logging.getLogger("guoban")
# After so many seconds each, and of all of a run no more than these.
WAITS, MOST_SECONDS = (0.5, 2.0, 5.0), 30.0
# A share of Windows says "text file busy" where another program has the file to itself.
_PASSING = frozenset(
    getattr(errno, name)
    for name in (
        "EAGAIN", "EBUSY", "ETXTBSY", "EDEADLK", "EINTR", "EIO", "ESTALE", "ETIMEDOUT", "ENOTCONN",
        "ECONNRESET", "ECONNABORTED", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH",
        "ENETRESET", "EREMOTEIO", "ENOLINK",
    )
    if hasattr(errno, name)
)  # fmt: skip


def passes(error: BaseException) -> bool:
    """Whether the error came of something of the system's that may be over in a moment."""
    return any(isinstance(one, OSError) and one.errno in _PASSING for one in causes(error))


class Patience:
    """The waits of one run: a folder that stays away is not waited for at each of its files."""

    def __init__(
        self, most_seconds: float = MOST_SECONDS, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._left = most_seconds
        self._sleep = sleep

    def waits(self, what: str, error: BaseException) -> Iterator[None]:
        """Says what failed and waits, once at each step, as long as there is patience left."""
        for seconds in WAITS:
            if seconds > self._left:
                return
            self._left -= seconds
            LOG.warning("%s: %s; tried again in %s s", what, error, seconds)
            self._sleep(seconds)
            yield

    def with_patience(
        self, what: str, work: Callable[[], T], heals: Callable[[Exception], bool] = passes
    ) -> T:
        """Does the work, again where what failed `heals`; raises what it raises in the end."""
        waits: Iterator[None] | None = None
        while True:
            try:
                return work()
            except Exception as error:
                if not heals(error):
                    raise
                waits = waits or self.waits(what, error)
                if next(waits, self) is self:
                    raise
