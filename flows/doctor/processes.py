"""Who is at work on this machine, as the system's `/proc` tells: holders of files, servers left over.

Asking for a lock would take it from a refresh that begins meanwhile; the system's list only tells.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.ground.settings import BEIJING

_PROC = Path("/proc")
# What stands in the command of whatever starts a server: a command, `serve`, a worker of Prefect's.
_STARTERS = ("guoban", "flows", "prefect")
# In that of a server of ours; one that was forked has its command's, and ends with that.
_SERVERS = ("flows.server", "flows.serve.pages")


@dataclass(frozen=True)
class Process:
    """A process by its number, its command, and since when it runs."""

    pid: int
    command: str
    since: dt.datetime


def holders(path: Path) -> list[Process]:
    """The processes that hold a lock of the file; none where there is no such file."""
    try:
        inode = path.stat().st_ino
        lines = (_PROC / "locks").read_text("utf-8").splitlines()
    except OSError:
        return []
    # 1: FLOCK  ADVISORY  WRITE 16618 00:1b:59197 0 EOF; who waits for one has "->" before its kind.
    listed = [line.split() for line in lines if "->" not in line]
    pids = {int(parts[4]) for parts in listed if parts[5].rpartition(":")[2] == str(inode)}
    # Another disk may have a file of that number.
    return [found for pid in sorted(pids) if (found := _process(pid)) and _has_open(pid, path)]


def _has_open(pid: int, path: Path) -> bool:
    """Whether the process has the file open; also where the system doesn't let us see that."""
    try:
        handles = list((_PROC / str(pid) / "fd").iterdir())
    except OSError:
        return True
    for handle in handles:
        with contextlib.suppress(OSError):
            if handle.samefile(path):
                return True
    return False


def _process(pid: int) -> Process | None:
    folder = _PROC / str(pid)
    try:
        words = (folder / "cmdline").read_bytes().split(b"\0")
        since = dt.datetime.fromtimestamp(folder.stat().st_mtime, BEIJING)
    except OSError:
        return None
    return Process(pid, os.fsdecode(b" ".join(words)).strip() or "?", since)


def orphaned_servers(home: Path) -> list[Process]:
    """Prefect servers of this home whose parent has gone."""
    return [one for one in _all() if _is_server(one) and _is_of(one.pid, home) and _is_orphan(one)]


def _all() -> Iterator[Process]:
    for folder in _PROC.glob("[0-9]*"):
        if one := _process(int(folder.name)):
            yield one


def _is_server(one: Process) -> bool:
    return any(name in one.command for name in _SERVERS) or (
        "prefect" in one.command and "server" in one.command
    )


def _is_of(pid: int, home: Path) -> bool:
    try:
        given = (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"PREFECT_HOME=" + os.fsencode(home) in given


def _is_orphan(one: Process) -> bool:
    """Whether whoever took over the process is none that could have started it."""
    try:
        stat = (_PROC / str(one.pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return False
    parent = _process(int(stat.rpartition(")")[2].split()[1]))
    return parent is None or not any(name in parent.command for name in _STARTERS)
