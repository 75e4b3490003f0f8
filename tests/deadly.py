"""Refreshes with files that end whoever handles them, each as its name says: `recognise-kill.xlsx`.

As a program it is such a refresh (`refresh FOLDER`), and the child in which suspects are tried.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flows import rehearsal
from flows.ground.settings import PROJECT
from flows.normalise import frames
from flows.read.worker import serve
from flows.recognise import received
from flows.settle import load
from flows.validate import files

# By stage, the function that handles files there.
STAGES: dict[str, tuple[Any, str]] = {
    "recognise": (received, "recognise_any"),
    "normalise": (frames, "_normalise"),
    "validate": (files, "_validated"),
    "load": (load, "load"),
}


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _take_all_memory() -> None:
    taken = []
    while True:
        taken.append(bytearray(1 << 26))


def _go_on_for_ever() -> None:
    while True:
        pass


DEEDS: dict[str, Callable[[], None]] = {
    "kill": _kill,
    "memory": _take_all_memory,
    "slow": _go_on_for_ever,
}


def plant(*, is_parent: bool = True) -> None:
    """Has every stage do to its process what the name of a file says."""
    for stage, (module, name) in STAGES.items():
        setattr(module, name, deadly(getattr(module, name), stage, is_parent=is_parent))


def deadly(handle: Callable[..., Any], stage: str, *, is_parent: bool = True) -> Callable[..., Any]:
    """The stage's function, but for files whose names name it."""

    def handled(*arguments: Any, **named: Any) -> Any:
        for path in _paths(arguments):
            named_stage, _, deed = Path(path).stem.partition("-")
            if named_stage == stage and (is_parent or not deed.endswith("-parent")):
                DEEDS[deed.removesuffix("-parent")]()
        return handle(*arguments, **named)

    return handled


def _paths(arguments: Iterable[Any]) -> list[str]:
    """The files that a stage's arguments are about; of one that was not opened nothing is there."""
    found = []
    for one in arguments:
        drafts = getattr(one, "drafts", one)
        for draft in drafts if isinstance(drafts, list) else [drafts]:
            origin = getattr(draft, "origin", draft)
            path = getattr(origin, "path", None)
            if isinstance(path, str) and getattr(draft, "slices", True):
                found.append(path)
    return found


def refresh(folder: Path, memory_mib: int = 0) -> int:
    """The exit status of a refresh of `Drop(folder)` in a process of its own; -9 where it was killed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.deadly", str(folder), str(memory_mib)],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'tests'}"},
        check=False,
    )
    return done.returncode


def _refresh_here(folder: Path, memory_mib: int) -> None:
    from drop import Drop  # noqa: PLC0415 - only a refresh has the tests' folder on its path

    if memory_mib:
        resource.setrlimit(resource.RLIMIT_AS, (memory_mib << 20, memory_mib << 20))
    plant()
    rehearsal.MODULE = "tests.deadly"
    Drop(folder).refresh()


def _rehearsing() -> Callable[[bytes], bytes]:
    plant(is_parent=False)
    return rehearsal.rehearsing()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _refresh_here(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        serve(_rehearsing)
