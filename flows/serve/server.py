"""Serve's own Prefect server, with its pages, on a port of loopback; it ends when serve does, however."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from flows.announcement import announcement, answers, withdraw
from flows.embedded import (
    SERVER_LOG,
    is_sound,
    make_database,
    server_log,
    set_aside,
    starting_alone,
)
from flows.ground.durable import OWN, admit
from flows.ground.errors import OrchestratorError
from flows.ground.notes import Notes
from flows.ground.settings import PROJECT
from flows.server import FAILED_INSIDE, HOST, SETTINGS

# One that a refresh left goes within a moment once it is not announced any more.
_GO_SECONDS, _LOOK_SECONDS = 10.0, 0.2
_END_SECONDS = 3.0


class Server:
    """A server that was started; it takes seconds to answer. Start it from the main thread."""

    def __init__(self, home: Path, port: int, now: dt.datetime, notes: Notes) -> None:
        """On that port, or any where it is 0.

        Raises OrchestratorError where its database is in use, OSError where home or port fails.
        """
        self._home, self._now, self._notes = home, now, notes
        self._is_made_anew = False
        admit(home, OWN)
        self._starting = contextlib.ExitStack()
        with contextlib.ExitStack() as begun:
            # Two that start at once would both make the tables of their database.
            begun.enter_context(starting_alone(home))
            self._end_lingering()
            if not is_sound(home):
                set_aside(home, now, notes)
            self._process, self.port = _started(home, port)
            self._starting = begun.pop_all()

    @property
    def api(self) -> str:
        """Where its API is, or will be once it answers."""
        return f"http://{HOST}:{self.port}/api"

    @property
    def has_ended(self) -> bool:
        """Whether its process has gone."""
        return self._process.poll() is not None

    def is_up(self) -> bool:
        """Whether it answers by now. Raises OrchestratorError where it can't be started."""
        if self._process.poll() == FAILED_INSIDE and not self._is_made_anew:
            # Something in its database that a quick look doesn't find, or of another version. Once:
            # what was put aside is the record of earlier runs, and a second would take its place.
            self._is_made_anew = True
            set_aside(self._home, self._now, self._notes)
            self._process, self.port = _started(self._home, self.port)
        elif self.has_ended:
            raise OrchestratorError(
                f"its server doesn't start, see {self._home / SERVER_LOG}",
                f"其服务器无法启动，见{self._home / SERVER_LOG}",
            )
        if not answers(self.api, _LOOK_SECONDS):
            return False
        self._starting.close()
        return True

    def end(self) -> None:
        """Ends it."""
        self._starting.close()
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _end_lingering(self) -> None:
        """Has a server go that a refresh left for the next one: there is a better one from now on."""
        until = time.monotonic() + _GO_SECONDS
        while (found := announcement(self._home)) and found.lingers:
            withdraw(self._home)
            while answers(found.api, _LOOK_SECONDS) and time.monotonic() < until:
                time.sleep(_LOOK_SECONDS)


def _started(home: Path, port: int) -> tuple[subprocess.Popen[bytes], int]:
    """A new server, which does not answer yet, and its port."""
    make_database(home)
    with socket.create_server((HOST, port)) as listening, server_log(home) as log:
        # Whoever asks before it answers waits in the socket's queue.
        handle, port = listening.fileno(), listening.getsockname()[1]
        process = subprocess.Popen(  # noqa: S603 - our own modules
            [
                *(sys.executable, "-P", "-m", "flows.serve.child", str(os.getpid())),
                *("flows.serve.pages", str(handle)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[handle],
            # Ctrl-C is meant for serve, which ends it.
            process_group=0,
            env={**os.environ, "PYTHONPATH": str(PROJECT), **_settings(home, port)},
        )
    return process, port


def _settings(home: Path, port: int) -> dict[str, str]:
    """What a server that stays is told: it has pages and all services, and forgets old runs."""
    return {
        **SETTINGS,
        "PREFECT_UI_API_URL": f"http://{HOST}:{port}/api",
        # Else it would write into the installed package.
        "PREFECT_UI_STATIC_DIRECTORY": str(home / "ui"),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "0",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        # Else every thread keeps memory of its own.
        "MALLOC_ARENA_MAX": "2",
    }
