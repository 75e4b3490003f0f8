"""What a refresh does on its first line: Prefect's server is started where it is going to be needed.

Imports little, and decides by hints: where they are wrong a server is started later, or in vain. A
process that has no threads yet imports Prefect's client and forks the server, which needs the same.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import importlib
import logging
import os
from pathlib import Path
from typing import Self

from flows.announcement import announcement, home_of
from flows.embedded import EmbeddedServer
from flows.ground.collector import no_collections
from flows.ground.defaults import are_apart
from flows.ground.durable import MIB, OWN, admit, free_bytes
from flows.ground.errors import GuobanError
from flows.ground.notes import Note, Notes
from flows.receive.inbox import scan
from flows.receive.seen import copy_of, has_new

# Prefect keeps a database of its runs.
LEAST_ROOM = 16 * MIB
# What a flow that is run in this process imports of Prefect, and its server as well.
_CLIENT = ("prefect.main", "prefect.flow_engine", "prefect.task_engine")


def is_server_named() -> bool:
    """Whether the environment may name a server; the other way, Prefect's file, is Prefect's to read."""
    return bool(os.environ.get("PREFECT_API_URL")) or Path("prefect.toml").exists()


def prepare(warehouse: Path) -> Path:
    """Points Prefect at its home in the warehouse folder, offline; gives that home.

    Must run before Prefect is imported.
    """
    home = home_of(warehouse)
    os.environ["PREFECT_HOME"] = str(home)
    quiet = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        # A failure is told once, by the command, in words; Prefect's own record has the traceback.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_HANDLERS_DEBUG_LEVEL": "CRITICAL",
        "PREFECT_CLI_WIZARD": "false",
    }
    for name, value in quiet.items():
        os.environ.setdefault(name, value)
    # A line of the log that Prefect's server doesn't take is in the file all the same.
    logging.raiseExceptions = False
    return home


class _Quiet(Notes):
    """Notes of a time when there is no log yet."""

    def say(self, english: str, chinese: str) -> None:
        self.append(Note(english, chinese))


class Early:
    """A server that was started before it was known whether it is needed; a context that ends it."""

    def __init__(self) -> None:
        self._server: EmbeddedServer | None = None
        self._home: Path | None = None

    def is_likely(self, raw: Path, warehouse: Path, max_mib: int) -> bool:
        """Whether a refresh of these folders seems to have something to do, and no server for it."""
        try:
            if is_server_named() or _is_busy(warehouse) or free_bytes(warehouse) < LEAST_ROOM:
                return False
            if not are_apart(raw, warehouse):
                # Nothing is ever written to a drop folder.
                return False
            arrivals, _ = scan(raw)
            return has_new(arrivals, copy_of(warehouse), max_mib)
        except (GuobanError, OSError, RuntimeError, ValueError):
            # Also where a path is none, or links lead in a circle.
            return False

    def start(self, warehouse: Path) -> None:
        """Starts it. Where that fails, the refresh itself says so, where it matters.

        Prefect fails in its own ways, as where a setting of its own is misspelt.
        """
        with contextlib.suppress(Exception):
            home = prepare(warehouse)
            admit(home, OWN)
            if announcement(home) is None:
                with no_collections():
                    for name in _CLIENT:
                        importlib.import_module(name)
            server = EmbeddedServer(home, dt.datetime.now().astimezone(), _Quiet())
            self._server, self._home = server.__enter__(), home

    def take(self, home: Path) -> EmbeddedServer | None:
        """The server for this home, to be left by who takes it; None where there is none."""
        if self._home != home:
            return None
        server, self._server = self._server, None
        return server

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the server if nobody has taken it."""
        if self._server is not None:
            self._server.__exit__(None)
            self._server = None


EARLY = Early()
"""That of this process's first line."""


def _is_busy(warehouse: Path) -> bool:
    """Whether another refresh is at work."""
    try:
        handle = os.open(warehouse / "work" / "lock", os.O_RDWR)
    except OSError:
        return False
    with contextlib.closing(os.fdopen(handle)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
