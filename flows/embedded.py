"""Prefect's embedded server as a process of ours: it ends with the refresh, however that ends.

The one that Prefect starts by itself outlives a killed refresh for good, and what fails in it comes
to the terminal. This one writes to `server.log` in its home. What it keeps is the record of runs and
nothing that guoban needs: a damaged database of it is put aside. Prefect itself is imported only by
the process that is started here (`python -m flows.embedded`), by its name.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import gc
import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from flows.ground.durable import replace_durably
from flows.ground.errors import OrchestratorError
from flows.ground.notes import Notes
from flows.read.confined import end_with

_PROJECT = Path(__file__).resolve().parents[1]
_HOST = "127.0.0.1"
_DATABASE, _LOG, _ANNOUNCED = "prefect.db", "server.log", "server.json"
# A server that is well answers in milliseconds; a machine may be at work on much else.
_ANSWER_SECONDS = 5.0
_DAMAGED = "damaged-"
# How a server ends that was loaded and could not be started.
_FAILED_INSIDE = 3
# Twenty times what a start takes: a machine may be at work on much else.
_START_SECONDS = 300
_END_SECONDS = 5
# For so long another program may be writing to the database.
_LOCKED_SECONDS = 5
_LOG_BYTES = 2_000_000
_FAILS_BY_ITSELF = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class NotAnsweringError(OrchestratorError):
    """The server that is configured doesn't answer."""


def announced(home: Path) -> str | None:
    """The address of the API of a server that runs for this home of Prefect's and answers; else None.

    It is believed only while the process that announced it is there and the server answers.
    """
    try:
        said = json.loads((home / _ANNOUNCED).read_bytes())
        api, pid, started = str(said["api"]), int(said["pid"]), said["started"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if _started_at(pid) != started or not answers(api):
        return None
    return api


@contextlib.contextmanager
def announcing(home: Path, api: str) -> Iterator[None]:
    """Has `announced` tell of the server meanwhile, for which this process answers."""
    path = home / _ANNOUNCED
    said = {"api": api, "pid": os.getpid(), "started": _started_at(os.getpid())}
    replace_durably(path, json.dumps(said).encode())
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            # Another server may have been announced meanwhile.
            if json.loads(path.read_bytes()) == said:
                path.unlink()


def answers(api: str, seconds: float = _ANSWER_SECONDS) -> bool:
    """Whether a Prefect server answers at the address within so many seconds."""
    place = urllib.parse.urlsplit(api)
    connection = (
        http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    )
    asked = connection(place.netloc, timeout=seconds)
    with contextlib.closing(asked):
        try:
            asked.request("GET", f"{place.path.rstrip('/')}/health")
            return asked.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


def _started_at(pid: int) -> str | None:
    """When the process began, in words of the system: numbers of processes are given again.

    None where there is no such process, "" where the system doesn't say.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except FileNotFoundError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except OSError:
            pass
        return None if Path("/proc/self/stat").exists() else ""
    # Its name may have blanks and brackets in it; the 22nd field is when it began.
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in {"Z", "X"} else fields[18]


class EmbeddedServer:
    """A server of this process's own, on a port of loopback that the system chooses.

    It is started on entering and takes seconds to answer: do something else, then `wait`. One that
    `serves` has a port that is given, Prefect's pages, and its schedules and automations.
    """

    def __init__(
        self, home: Path, now: dt.datetime, notes: Notes, *, port: int = 0, serves: bool = False
    ) -> None:
        self._home, self._now, self._notes = home, now, notes
        self._port, self._serves = port, serves
        self._starting = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Raises OrchestratorError where its database is in use, OSError where its home fails."""
        with contextlib.ExitStack() as begun:
            # Two that start at once would both make the tables of their database.
            begun.enter_context(_alone(self._home))
            if not _is_sound(self._home):
                self._set_aside()
            self._start()
            self._starting = begun.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        """Ends the server."""
        self._starting.close()
        self._process.terminate()
        self._ended()

    def wait(self) -> str:
        """Returns the address of its API once it answers. Raises OrchestratorError where it doesn't."""
        with self._starting:
            is_up = self._answers()
            if not is_up and self._ended() == _FAILED_INSIDE:
                # Something in its database that a quick look doesn't find, or of another version.
                self._set_aside()
                self._start()
                is_up = self._answers()
            if not is_up:
                raise OrchestratorError(
                    f"its embedded server doesn't start, see {self._home / _LOG}",
                    f"其内置服务器无法启动，见{self._home / _LOG}",
                )
        return self.api

    def _start(self) -> None:
        self._process, self._port = _started(self._home, self._port, serves=self._serves)

    def _answers(self) -> bool:
        return answers(self.api, _START_SECONDS)

    @property
    def has_ended(self) -> bool:
        """Whether its process has gone."""
        return self._process.poll() is not None

    @property
    def api(self) -> str:
        """Where its API is, or will be once it answers."""
        return f"http://{_HOST}:{self._port}/api"

    def _ended(self) -> int:
        """Waits for its end, or brings it about; its status."""
        try:
            return self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _set_aside(self) -> None:
        """Keeps the server's database apart, so that it is made anew; only the last one."""
        for older in self._home.glob(f"{_DAMAGED}*"):
            older.unlink()
        kept = self._home / f"{_DAMAGED}{self._now:%Y%m%d-%H%M%S}.db"
        for end in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                (self._home / f"{_DATABASE}{end}").rename(kept.with_name(kept.name + end))
        self._notes.say(
            f"Prefect's database was damaged; it is kept as {kept} and was made anew. It had the "
            "record of earlier runs, nothing that figures rest on",
            f"Prefect数据库损坏，已另存为{kept}并重新生成；其中只有以往运行的记录，不影响数字",
        )


def _started(home: Path, port: int, *, serves: bool) -> tuple[subprocess.Popen[bytes], int]:
    """A new server, which does not answer yet, and its port."""
    with socket.create_server((_HOST, port)) as listening, _log(home) as log:
        # Whoever asks before it answers waits in the socket's queue.
        handle, (_, port) = listening.fileno(), listening.getsockname()
        process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
            [sys.executable, "-P", "-m", "flows.embedded", str(os.getpid()), str(handle)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[handle],
            # Ctrl-C is meant for the refresh, which ends it.
            process_group=0,
            env={
                **os.environ,
                "PYTHONPATH": str(_PROJECT),
                # Into its log.
                "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "ERROR",
                "PREFECT__SERVER_FINAL": "1",
                **(_serving(home, port) if serves else _MINIMAL),
            },
        )
        return process, port


# A server for one run: no pages, no services that look after many.
_MINIMAL = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1"}


def _serving(home: Path, port: int) -> dict[str, str]:
    """What a server that stays is told: where its pages find it, and to forget old runs."""
    return {
        "PREFECT_UI_ENABLED": "1",
        "PREFECT_UI_API_URL": f"http://{_HOST}:{port}/api",
        # Else it would write into the installed package.
        "PREFECT_UI_STATIC_DIRECTORY": str(home / "ui"),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "0",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        # Its memory would grow by what threads keep for themselves.
        "MALLOC_ARENA_MAX": "2",
    }


@contextlib.contextmanager
def _log(home: Path) -> Iterator[int]:
    path = home / _LOG
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > _LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        yield handle
    finally:
        os.close(handle)


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """No other refresh starts a server in this home meanwhile.

    Raises OrchestratorError where another takes too long for it.
    """
    until = time.monotonic() + 2 * _START_SECONDS
    handle = os.open(home / "starting", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise OrchestratorError(
                        f"another refresh has been starting a server in {home} for too long",
                        f"另一次刷新长时间占用{home}启动服务器",
                    ) from None
                time.sleep(0.1)
        yield
    finally:
        os.close(handle)


def _is_sound(home: Path) -> bool:
    """Whether the server's database can be read, as far as a quick look tells.

    Raises OrchestratorError where it can't be opened or written for another reason.
    """
    path = home / _DATABASE
    if not path.exists():
        return True
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=_LOCKED_SECONDS)) as con:
            con.isolation_level = None
            con.execute("begin immediate")
            ((verdict,), *_) = con.execute("pragma quick_check(1)").fetchall()
            con.execute("rollback")
    except sqlite3.DatabaseError as error:
        # Its lowest byte is the kind of an error.
        if error.sqlite_errorcode & 0xFF in _FAILS_BY_ITSELF:
            return False
        raise OrchestratorError(
            f"Prefect's database {path} can't be used: {error}",
            f"无法使用Prefect数据库{path}：{error}",
        ) from error
    return bool(verdict == "ok")


def main() -> None:
    """Serves Prefect's API on the socket handed over, until the parent ends. Arguments: both."""
    parent, handle = map(int, sys.argv[1:])
    end_with(parent)
    gc.disable()
    import uvicorn  # noqa: PLC0415 - takes seconds, with what it serves; the parent may end before

    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        lifespan="on",
        log_level="error",
        # Pages that stand open in a browser keep connections.
        timeout_graceful_shutdown=1,
    )
    config.load()
    gc.freeze()
    gc.enable()
    server = uvicorn.Server(config)
    with socket.socket(fileno=handle) as listening:
        server.run(sockets=[listening])
    sys.exit(0 if server.started else _FAILED_INSIDE)


if __name__ == "__main__":
    main()
