"""The command as a process of its own: watched while it runs, and what it leaves behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from drop import Drop

# With which lines of the log a stage begins (`guoban.progress.STAGES`).
STAGE_LINES = {
    "receive": "looking into the drop folder",
    "validate": "checking rows",
    "publish": "publishing",
    "answer": "writing replies",
}
# A server that was forked has the command's own words.
_SERVER = (b"flows.server", b"guoban\0refresh")


@dataclass
class Ended:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """Both streams; lines that a narrow terminal breaks are one."""
        return " ".join(f"{self.out} {self.err}".split())


class Refresh:
    """A running `guoban refresh` in a session of its own, by which all it starts is known."""

    def __init__(self, drop: Drop, orchestrator: str = "prefect", **more: str) -> None:
        clean = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
        settings = drop.settings
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "guoban", "refresh",
                "--raw", settings.raw, "--warehouse", settings.warehouse,
                "--orchestrator", orchestrator,
            ],
            env={**clean, "GUOBAN_SETTLE_SECONDS": "0", "LC_ALL": "C.UTF-8", **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )  # fmt: skip
        self._heard: list[str] = []

    def until(self, stage: str) -> Refresh:
        """Returns when the stage begins, or the command ends."""
        assert self.process.stderr
        for line in self.process.stderr:
            self._heard.append(line)
            if STAGE_LINES[stage] in line:
                break
        return self

    def until_server(self) -> Refresh:
        """Returns when the embedded server has been started; it does not answer yet."""
        while not self.server() and self.process.poll() is None:
            time.sleep(0.01)
        return self

    def server(self) -> int | None:
        """The embedded server."""
        found = of_session(self.process.pid)
        return next(
            (
                pid
                for pid, command in found.items()
                if pid != self.process.pid and any(words in command for words in _SERVER)
            ),
            None,
        )

    def kill(self) -> Ended:
        """Ends the command, and it alone, as a machine that is out of memory does."""
        self.process.send_signal(signal.SIGKILL)
        return self.end()

    def end(self) -> Ended:
        """Waits for the command's end."""
        out, err = self.process.communicate(timeout=600)
        return Ended(self.process.returncode, out, "".join(self._heard) + err)

    def assert_nothing_is_left(self) -> None:
        """Whatever it started has ended, too."""
        assert_nothing_is_left(self.process.pid)


def of_session(leader: int) -> dict[int, bytes]:
    """The processes of a session that are at work, and their commands."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            session = int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[3])
            # One that has ended has no command.
            if session == leader and (command := (folder / "cmdline").read_bytes()):
                found[int(folder.name)] = command
    return found


def assert_nothing_is_left(session: int) -> None:
    """Whatever was started in the session has ended; the system may take a moment for it."""
    until = time.monotonic() + 20
    while (found := of_session(session)) and time.monotonic() < until:
        time.sleep(0.05)
    assert found == {}
