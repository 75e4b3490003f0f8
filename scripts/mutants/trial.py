"""One fault tried: put into a copy of the project, the tests run until the first that fails."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.mutants.fault import Fault

COPIED = ("flows", "schemas", "guoban", "sql", "tests", "scripts", "docs")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".hypothesis", ".pytest_cache")
PASSED = 0
KILLED, SURVIVED, OUT_OF_TIME = "killed", "survived", "out of time"


class Copy:
    """A copy of the project in which faults are planted, one at a time."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        for name in COPIED:
            if (root / name).is_dir():
                shutil.copytree(root / name, folder / name, ignore=LEFT_OUT)
        for path in root.iterdir():
            if path.is_file():
                shutil.copyfile(path, folder / path.name)
        # The sample months are read only.
        (folder / "data").mkdir()
        (folder / "data" / "raw").symlink_to((root / "data" / "raw").resolve())

    def outcome(self, fault: Fault, tests: Sequence[str], seconds: float) -> str:
        """What becomes of the fault: killed by a test, out of time (also seen), or survived."""
        path = self.folder / fault.file
        original = path.read_bytes()
        path.write_text(fault.text, "utf-8")
        try:
            status = self.run(tests, seconds)
        finally:
            path.write_bytes(original)
        if status is None:
            return OUT_OF_TIME
        return SURVIVED if status == PASSED else KILLED

    def run(self, tests: Sequence[str], seconds: float) -> int | None:
        """The tests' exit status, null where they took longer."""
        with subprocess.Popen(  # noqa: S603 - our own tests
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider",
             "--hypothesis-seed=0", *tests],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:  # fmt: skip
            try:
                return process.wait(seconds)
            except subprocess.TimeoutExpired:
                # The readers that the tests started are of the same group.
                os.killpg(process.pid, signal.SIGKILL)
                return None


def seconds_of(copy: Copy, tests: Sequence[str]) -> float:
    """How long the tests take without a fault. Raises RuntimeError where they fail."""
    started = time.perf_counter()
    status = copy.run(tests, 1800)
    if status != PASSED:
        raise RuntimeError(f"{', '.join(tests)} must pass before faults are planted: {status}")
    return time.perf_counter() - started
