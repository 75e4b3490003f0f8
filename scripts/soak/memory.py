"""One limit of memory for all that a soak starts: a group of the kernel's, else a watch over Pss."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Protocol

from command import of_session

from benchmarks.processes import pss

MIB = 1 << 20
_GROUPS = Path("/sys/fs/cgroup")


class Limit(Protocol):
    """What holds processes to so much memory together."""

    def enter(self) -> None:
        """Called by a process; what it starts is held by the limit as well."""

    def watch(self, session: int) -> None:
        """Called time and again while processes of the session run."""

    def verdict(self) -> str:
        """What was taken at most, for people. Raises MemoryError where it was too much."""

    def remove(self) -> None:
        """Called at the end."""


def limit_of(mib: int) -> Limit:
    """A group where this user may make one, else a watch.

    What this process has counts: those that are forked from it have that, too, and share it.
    """
    mib -= pss(os.getpid()) // MIB
    for folder, names in ((_GROUPS / "memory", _Group.FIRST), (_GROUPS, _Group.SECOND)):
        with contextlib.suppress(OSError):
            return _Group(folder / f"guoban-soak-{os.getpid()}", names, mib)
    return _Watch(mib)


class _Group:
    """A control group, of the kernel's first or second way of making them."""

    # The files of its limit, of the most that was taken (page cache included), of what was killed.
    FIRST = ("memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.oom_control")
    SECOND = ("memory.max", "memory.peak", "memory.events")

    def __init__(self, folder: Path, names: tuple[str, str, str], mib: int) -> None:
        self._folder, self._mib = folder, mib
        limit, self._peak, self._events = names
        folder.mkdir()
        try:
            (folder / limit).write_text(str(mib * MIB), "ascii")
        except OSError:
            folder.rmdir()
            raise

    def enter(self) -> None:
        (self._folder / "cgroup.procs").write_text(str(os.getpid()), "ascii")

    def watch(self, session: int) -> None:
        pass  # the kernel does

    def verdict(self) -> str:
        lines = (self._folder / self._events).read_text("ascii").splitlines()
        killed = dict(line.split() for line in lines).get("oom_kill", "0")
        if killed != "0":
            raise MemoryError(
                f"{killed} processes were killed: they had no more than {self._mib} MiB"
            )
        peak = int((self._folder / self._peak).read_text("ascii")) // MIB
        return f"a control group of {self._mib} MiB, {peak} MiB at most (page cache included)"

    def remove(self) -> None:
        with contextlib.suppress(OSError):  # a process may not have gone yet
            self._folder.rmdir()


class _Watch:
    """Adds up what the processes of a session have to themselves and their share of the rest (Pss)."""

    def __init__(self, mib: int) -> None:
        self._mib, self._peak = mib, 0

    def enter(self) -> None:
        pass

    def watch(self, session: int) -> None:
        self._peak = max(self._peak, sum(pss(pid) for pid in of_session(session)))

    def verdict(self) -> str:
        if self._peak > self._mib * MIB:
            raise MemoryError(f"{self._peak // MIB} MiB were taken, not {self._mib}")
        return f"no control group can be made here; {self._peak // MIB} MiB at most (Pss, sampled)"

    def remove(self) -> None:
        pass
