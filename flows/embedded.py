"""Prefect's embedded server as a process of ours: it ends with the refresh, or some minutes after it.

The one that Prefect starts by itself outlives a killed refresh for good, and what fails in it comes
to the terminal. This one (`flows.server`) writes to `server.log` in its home. What it keeps is the
record of runs and nothing that guoban needs: a damaged database of it is put aside.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import gc
import importlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from flows.announcement import announced, announcement, announcing, answers, withdraw
from flows.ground.defaults import PROJECT
from flows.ground.errors import OrchestratorError
from flows.ground.notes import Notes
from flows.server import FAILED_INSIDE, FOR_A_REFRESH, HOST, Use, forget_users, serve

__all__ = ["EmbeddedServer", "NotAnsweringError", "announced", "announcing"]

# What Prefect's migrations come to (scripts/prefect_schema.py).
_SCHEMA = Path(__file__).with_suffix(".sql")
DATABASE, SERVER_LOG = "prefect.db", "server.log"
_DAMAGED = "damaged-"
# Twenty times what a start takes: a machine may be at work on much else.
_START_SECONDS = 300
_END_SECONDS = 5
_LOOK_SECONDS = 0.02
# More than a process of ours has open when it begins.
_MOST_FILES = 4096
# For so long another program may be writing to the database.
_LOCKED_SECONDS = 5
_LOG_BYTES = 2_000_000
_FAILS_BY_ITSELF = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class NotAnsweringError(OrchestratorError):
    """The server that is configured doesn't answer."""


class EmbeddedServer:
    """The server of this home: one that lingers there, else one of this process's own.

    Its own is started on entering, on a port of loopback that the system chooses, and takes seconds
    to answer: do something else, then `wait`. On leaving it stays for some minutes, unless the
    command fails or is killed, or those are none; whoever ends it, everything it has is in its home.
    """

    def __init__(self, home: Path, now: dt.datetime, notes: Notes) -> None:
        self._home, self._now, self._notes = home, now, notes
        self._starting, self._using = contextlib.ExitStack(), contextlib.ExitStack()
        self._process: _Child | None = None
        self._use = Use(home)
        self._minutes = 0.0

    def __enter__(self) -> Self:
        """Raises OrchestratorError where its database is in use, OSError where its home fails."""
        with contextlib.ExitStack() as begun, contextlib.ExitStack() as used:
            # Two that start at once would both make the tables of their database.
            begun.enter_context(starting_alone(self._home))
            used.enter_context(self._use)
            found = announcement(self._home)
            if found:
                self._api = found.api
                self._waits = found.lingers
            else:
                forget_users(self._home)
                if not is_sound(self._home):
                    set_aside(self._home, self._now, self._notes)
                self._start()
                self._waits = True
                self._starting = begun.pop_all()
            self._using = used.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None = None, *error: object) -> None:
        """Lets the server go on for some minutes, or ends it where it is this process's own."""
        stays = self._waits and kind is None and self._minutes > 0
        is_left = stays or self._process is None or self._use.is_shared()
        if is_left and self._waits:
            self._use.ends(self._minutes if stays else 0)
        else:
            self._use.is_over()
        if self._process and not is_left:
            self._process.end(_END_SECONDS)
        self._using.close()
        self._starting.close()

    def tells(self, notes: Notes) -> None:
        """What it has said, and has still to say, is said in these notes."""
        for note in self._notes:
            notes.say(note.english, note.chinese)
        self._notes = notes

    def wait(self) -> str:
        """Returns the address of its API once it answers. Raises OrchestratorError where it doesn't."""
        if self._process is None:
            return self._api
        is_up = answers(self._api, _START_SECONDS)
        if not is_up and self._process.ended(_END_SECONDS) == FAILED_INSIDE:
            # Something in its database that a quick look doesn't find, or of another version.
            set_aside(self._home, self._now, self._notes)
            self._start()
            is_up = answers(self._api, _START_SECONDS)
        if not is_up:
            raise OrchestratorError(
                f"its embedded server doesn't start, see {self._home / SERVER_LOG}",
                f"其内置服务器无法启动，见{self._home / SERVER_LOG}",
            )
        self._starting.close()
        return self._api

    def stays(self, minutes: float) -> None:
        """It may go on for so long when the command has ended."""
        self._minutes = minutes

    def fails(self) -> None:
        """It is not to be found by the next command."""
        self._minutes = 0.0
        withdraw(self._home)

    def _start(self) -> None:
        make_database(self._home)
        self._process, port = _started(self._home)
        self._api = f"http://{HOST}:{port}/api"


class _Child:
    """A process of ours by its number, forked or not."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def end(self, seconds: float) -> int:
        """Asks it to end, waits so long, and ends it; its status."""
        self._send(signal.SIGTERM)
        return self.ended(seconds)

    def ended(self, seconds: float) -> int:
        """Waits so long for its end, and brings it about; its status."""
        until = time.monotonic() + seconds
        while (status := self._status(os.WNOHANG)) is None:
            if time.monotonic() > until:
                self._send(signal.SIGKILL)
                return self._status(0) or 0
            time.sleep(_LOOK_SECONDS)
        return status

    def _send(self, sign: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, sign)

    def _status(self, how: int) -> int | None:
        try:
            pid, status = os.waitpid(self._pid, how)
        except ChildProcessError:
            return 0
        return os.waitstatus_to_exitcode(status) if pid else None


def _started(home: Path) -> tuple[_Child, int]:
    """A new server, which does not answer yet, and its port.

    A process that has no threads yet but has imported Prefect's client is forked: the server needs
    what that needs. From any other it is started anew.
    """
    with socket.create_server((HOST, 0)) as listening, server_log(home) as log:
        # Whoever asks before it answers waits in the socket's queue.
        handle, (_, port) = listening.fileno(), listening.getsockname()
        if "prefect" in sys.modules and _threads() == 1:
            return _Child(_forked(home, handle, log)), port
        process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
            [sys.executable, "-P", "-m", "flows.server", str(home), str(handle)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[handle],
            # Ctrl-C is meant for the refresh, which ends it.
            process_group=0,
            env={**os.environ, "PYTHONPATH": str(PROJECT), **FOR_A_REFRESH},
        )
        # It may outlive this process, and is waited for by its number.
        process.returncode = 0
        return _Child(process.pid), port


def _threads() -> int:
    """How many threads this process has, of libraries too; many where the system doesn't say."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - numbers
    except OSError:
        return sys.maxsize


def _forked(home: Path, handle: int, log: int) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    gc.disable()
    # What is there is shared; the collector would write to all of it.
    gc.freeze()
    if pid := os.fork():
        gc.enable()
        return pid
    status = FAILED_INSIDE
    try:
        os.setpgid(0, 0)
        nothing = os.open(os.devnull, os.O_RDWR)
        for place, stands_for in enumerate((nothing, log, log)):
            os.dup2(stands_for, place)
        # Also the locks of the command: they are its own.
        os.closerange(3, handle)
        os.closerange(handle + 1, _MOST_FILES)
        os.environ.update(FOR_A_REFRESH)
        importlib.import_module("prefect.context").refresh_global_settings_context()
        status = serve(home, handle)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


@contextlib.contextmanager
def server_log(home: Path) -> Iterator[int]:
    path = home / SERVER_LOG
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > _LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        yield handle
    finally:
        os.close(handle)


@contextlib.contextmanager
def starting_alone(home: Path) -> Iterator[None]:
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


def make_database(home: Path) -> None:
    """Makes the server's database where there is none, as Prefect's migrations would in seconds."""
    if (home / DATABASE).exists():
        return
    unfinished = home / f".{DATABASE}"
    unfinished.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(unfinished)) as con:
        con.executescript(f"begin;\n{_SCHEMA.read_text('utf-8')}\ncommit;")
    unfinished.rename(home / DATABASE)


def set_aside(home: Path, now: dt.datetime, notes: Notes) -> None:
    """Keeps the server's database apart, so that it is made anew; only the last one."""
    for older in home.glob(f"{_DAMAGED}*"):
        older.unlink()
    kept = home / f"{_DAMAGED}{now:%Y%m%d-%H%M%S}.db"
    for end in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            (home / f"{DATABASE}{end}").rename(kept.with_name(kept.name + end))
    notes.say(
        f"Prefect's database was damaged; it is kept as {kept} and was made anew. It had the "
        "record of earlier runs, nothing that figures rest on",
        f"Prefect数据库损坏，已另存为{kept}并重新生成；其中只有以往运行的记录，不影响数字",
    )


def is_sound(home: Path) -> bool:
    """Whether the server's database can be read, as far as a quick look tells.

    Raises OrchestratorError where it can't be opened or written for another reason.
    """
    path = home / DATABASE
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
