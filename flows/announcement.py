"""How a command finds a Prefect server that runs for its warehouse: `server.json` in Prefect's home."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.ground.durable import replace_durably

_FILE = "server.json"
# Servers of ours are on loopback: no other place is ever told of a run because a file says so.
_API = re.compile(r"http://127\.0\.0\.1:[0-9]{1,5}/api")
# What JSON may hold that is no number of a process, or of brackets.
_ODD_NUMBERS = (OverflowError, RecursionError)
# A server that is well answers in milliseconds; a machine may be at work on much else.
_ANSWER_SECONDS = 5.0


def home_of(warehouse: Path) -> Path:
    """Prefect's home in the warehouse folder."""
    return warehouse.resolve() / "prefect"


@dataclass(frozen=True)
class Announcement:
    """A server's API, which process answers for it, and whether it waits for who uses it."""

    api: str
    pid: int
    started: str | None
    lingers: bool = False


def announcement(home: Path) -> Announcement | None:
    """What is announced of a server that answers, by a process that is there; else None."""
    said = _read(home / _FILE)
    if said is None or not _API.fullmatch(said.api):
        return None
    started = _started_at(said.pid)
    return said if started is not None and started == said.started and answers(said.api) else None


def announced(home: Path) -> str | None:
    """The address of the API of a server that runs for this home of Prefect's and answers; else None.

    It is believed only while the process that announced it is there and the server answers.
    """
    said = announcement(home)
    return said.api if said else None


@contextlib.contextmanager
def announcing(home: Path, api: str, *, lingers: bool = False) -> Iterator[None]:
    """Has `announced` tell of the server meanwhile, for which this process answers.

    `lingers`: it ends when nobody uses it (`flows.server.Use`).
    """
    path = home / _FILE
    said = Announcement(api, os.getpid(), _started_at(os.getpid()), lingers)
    replace_durably(path, json.dumps(said.__dict__).encode())
    try:
        yield
    finally:
        # Another server may have been announced meanwhile.
        if _read(path) == said:
            with contextlib.suppress(OSError):
                path.unlink()


def is_announced_here(home: Path) -> bool:
    """Whether this process's announcement stands."""
    said = _read(home / _FILE)
    return said is not None and said.pid == os.getpid()


def withdraw(home: Path) -> None:
    """Takes the announcement away: one that lingers ends then, others are not found any more."""
    with contextlib.suppress(OSError):
        (home / _FILE).unlink()


def answers(api: str, seconds: float = _ANSWER_SECONDS) -> bool:
    """Whether a Prefect server answers at the address within so many seconds."""
    import http.client  # noqa: PLC0415 - takes long; most commands find no announcement
    import urllib.parse  # noqa: PLC0415

    try:
        place = urllib.parse.urlsplit(api)
        secure = place.scheme == "https"
        connection = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        with contextlib.closing(connection(place.netloc, timeout=seconds)) as asked:
            asked.request("GET", f"{place.path.rstrip('/')}/health")
            return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, ValueError, http.client.HTTPException):
        # An address that can't be one is a ValueError.
        return False


def _read(path: Path) -> Announcement | None:
    try:
        said = json.loads(path.read_bytes())
        return Announcement(
            str(said["api"]), int(said["pid"]), said["started"], bool(said.get("lingers"))
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, *_ODD_NUMBERS):
        return None


def _started_at(pid: int) -> str | None:
    """When the process began, in words of the system: numbers of processes are given again.

    None where there is no such process, "" where the system doesn't say.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None if Path("/proc/self/stat").exists() else ""
    # Its name may have blanks and brackets in it; the 22nd field is when it began.
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in {"Z", "X"} else fields[18]
