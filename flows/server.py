"""The process that serves Prefect's API to a refresh, and to the next ones for some minutes.

It ends at once when the last command that uses it is killed, and after some minutes when that ended
by itself. Commands tell it by a file each, which they hold locked: the system frees that lock however
they end. Prefect is imported here by its name only.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import math
import os
import signal
import socket
import stat
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.announcement import announcing, is_announced_here

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
# How a server ends that was loaded and could not be started.
FAILED_INSIDE = 3
# What every server of ours is told.
SETTINGS = {
    # Into its log.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "ERROR",
    "PREFECT__SERVER_FINAL": "1",
    # A library of its libraries checks the types of all its calls.
    "PY_KEY_VALUE_DISABLE_BEARTYPE": "true",
}
# And one that keeps the record of a refresh and no more: nothing is scheduled there, and nobody has
# credentials or automations in it.
FOR_A_REFRESH = {
    **SETTINGS,
    "PREFECT_UI_ENABLED": "0",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    **{
        f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false"
        for name in (
            "TRIGGERS",
            "SCHEDULER",
            "LATE_RUNS",
            "FOREMAN",
            "PAUSE_EXPIRATIONS",
            "CANCELLATION_CLEANUP",
        )
    },
}
_USERS = "users"
_LOOK_SECONDS = 0.5
# Requests at work may take so long when it ends.
_END_SECONDS = 3


class Use:
    """A command's use of the server of this home, from entering on.

    Left without `ends` it tells of a command that was killed.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / _USERS

    def __enter__(self) -> Use:
        self._folder.mkdir(exist_ok=True)
        new = self._folder / f".{os.getpid()}"
        self._handle = os.open(new, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        # Nobody sees it before it is locked.
        self.path = new.rename(self._folder / str(os.getpid()))
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def ends(self, minutes: float) -> None:
        """The server may stay for so many minutes more."""
        os.write(self._handle, f"{minutes}\n".encode())

    def is_shared(self) -> bool:
        """Whether another command uses it as well."""
        return any(_is_held(one) for one in _users(self._folder) if one != self.path)

    def is_over(self) -> None:
        """There is no server any more whom it concerns."""
        self.path.unlink(missing_ok=True)


def forget_users(home: Path) -> None:
    """Clears away what commands left that used servers before; before another is started."""
    with contextlib.suppress(FileNotFoundError):
        for path in _users(home / _USERS):
            if not _is_held(path):
                path.unlink(missing_ok=True)


def _users(folder: Path) -> list[Path]:
    """The files by which commands tell that they use the server; what else lies there is none."""
    found = (one for one in folder.iterdir() if one.name.isdecimal())
    return [one for one in found if stat.S_ISREG(one.lstat().st_mode)]


def _minutes_of(path: Path) -> list[float]:
    """For how many minutes more the command that has ended lets the server stay; none: was killed."""
    try:
        said = [float(minutes) for minutes in path.read_text("ascii").split()]
    except ValueError:
        # Nobody knows any more.
        return [0.0]
    return [minutes if math.isfinite(minutes) else 0.0 for minutes in said]


def _is_held(path: Path) -> bool:
    """Whether the command is at work that the file tells of."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


class _Watch:
    """Looks after who uses the server, and ends it when nobody does."""

    def __init__(self, home: Path) -> None:
        self._folder = home / _USERS
        self._home = home
        self._until = 0.0
        self.is_announced = False

    def start(self) -> None:
        threading.Thread(target=self._look_on, daemon=True).start()

    def _look_on(self) -> None:
        while not self._is_over():
            time.sleep(_LOOK_SECONDS)
        # uvicorn answers what it has begun; before it has started, and where that takes long, at once.
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_END_SECONDS)
        os._exit(1)

    def _is_over(self) -> bool:
        users, was_killed = self._users()
        if users:
            return False
        if was_killed or (self.is_announced and not is_announced_here(self._home)):
            return True
        return time.monotonic() > self._until

    def _users(self) -> tuple[int, bool]:
        """How many commands use the server, and whether one of them was killed since the last look."""
        held, was_killed = 0, False
        try:
            found = _users(self._folder)
        except OSError:
            # Its home has gone, and with it what it serves.
            return 0, True
        for path in found:
            if _is_held(path):
                held += 1
                continue
            with contextlib.suppress(FileNotFoundError):
                said = _minutes_of(path)
                path.unlink()
                was_killed |= not said
                for minutes in said:
                    self._until = max(self._until, time.monotonic() + 60 * minutes)
        return held, was_killed


def loaded(end_seconds: int) -> uvicorn.Config:
    """Prefect's API, loaded and about to be served; requests at work may take so long at its end."""
    gc.disable()
    import uvicorn  # noqa: PLC0415 - takes seconds, with what it serves

    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        lifespan="on",
        log_level="error",
        timeout_graceful_shutdown=end_seconds,
    )
    config.load()
    # What is loaded stays to the end.
    gc.freeze()
    gc.enable()
    return config


def serve(home: Path, handle: int) -> int:
    """Serves the API on the socket until nobody uses it; the process's exit status."""
    watch = _Watch(home)
    watch.start()
    import uvicorn  # noqa: PLC0415 - takes seconds, with what it serves; who asks may end before

    with socket.socket(fileno=handle) as listening, contextlib.ExitStack() as announced:
        api = f"http://{HOST}:{listening.getsockname()[1]}/api"

        class Server(uvicorn.Server):
            async def startup(self, sockets: Any = None) -> None:
                await super().startup(sockets=sockets)
                if self.started:
                    with contextlib.suppress(OSError):
                        announced.enter_context(announcing(home, api, lingers=True))
                        watch.is_announced = True

        server = Server(loaded(_END_SECONDS - 1))
        server.run(sockets=[listening])
    return 0 if server.started else FAILED_INSIDE


def main() -> None:
    """Serves on the socket handed over. Arguments: the home, and the socket's number."""
    sys.exit(serve(Path(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    main()
