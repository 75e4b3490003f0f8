"""How much memory a command and all that it starts take together, at their worst."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
_EVERY_SECONDS = 0.02


def peak_mib(arguments: list[str], environment: Mapping[str, str], output: Path) -> float:
    """Runs a `guoban` command to its end and gives the most MiB that its processes took at once.

    Pages that processes share count once (Pss). What the command prints goes to `output`.
    """
    command = [sys.executable, "-m", "guoban", *arguments]
    most = 0
    with output.open("wb") as out, subprocess.Popen(command, stdout=out, env=environment) as run:
        while run.poll() is None:
            most = max(most, sum(map(_kib, _tree(run.pid))))
            time.sleep(_EVERY_SECONDS)
    assert run.returncode == 0, output.read_text("utf-8")
    return most / 1024


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for place in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in place.read_text("ascii").split():
                yield from _tree(int(child))


def _kib(pid: int) -> int:
    with suppress(OSError):
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
        return int(found[1]) if found else 0
    return 0
