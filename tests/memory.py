"""How much memory a command and all that it starts take together, at their worst."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.processes import pss, tree

_EVERY_SECONDS = 0.02


def peak_mib(arguments: list[str], environment: Mapping[str, str], output: Path) -> float:
    """Runs a `guoban` command to its end and gives the most MiB that its processes took at once.

    Pages that processes share count once (Pss). What the command prints goes to `output`.
    """
    command = [sys.executable, "-m", "guoban", *arguments]
    most = 0
    with output.open("wb") as out, subprocess.Popen(command, stdout=out, env=environment) as run:
        while run.poll() is None:
            most = max(most, sum(map(pss, tree(run.pid))))
            time.sleep(_EVERY_SECONDS)
    assert run.returncode == 0, output.read_text("utf-8")
    return most / (1 << 20)
