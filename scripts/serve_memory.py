"""How much memory `guoban serve` and its server take over many refreshes: `python -m scripts.serve_memory [N]`.

Files of a small zone arrive one after another, each a new version of the last; after every tenth
refresh a line says what serve and Prefect's server hold. Everything is below a temporary folder.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from flows.ground.settings import PROJECT

sys.path.insert(0, str(PROJECT / "tests"))
from drop import Drop

# So long one refresh may take on a machine at work on much else.
_MOST_SECONDS = 300


def main(refreshes: int) -> None:
    with tempfile.TemporaryDirectory(prefix="guoban-serve-") as folder:
        drop = Drop(Path(folder))
        log = Path(folder, "said.txt")
        with log.open("w") as said, _served(drop, said) as serve:
            _wait_for(log, "runs are on record", 0)
            for number in range(1, refreshes + 1):
                before = log.read_text("utf-8").count("published ")
                drop.put(
                    "2021-05/招商局/实到资金.xlsx",
                    "paid_in",
                    "招商局",
                    "2021-05",
                    [{"project_id": "GCKF-2020-0110", "amount_cny": 100 + number}],
                )
                started = time.monotonic()
                _wait_for(log, "published ", before)
                if number == 1 or number % 10 == 0:
                    held = " ".join(f"{name} {mib} MiB" for name, mib in _held(serve.pid).items())
                    print(f"{number} {time.monotonic() - started:.1f} s {held}", flush=True)


@contextlib.contextmanager
def _served(drop: Drop, said: IO[str]) -> Iterator[subprocess.Popen[bytes]]:
    places = ["--raw", str(drop.raw), "--warehouse", str(drop.settings.warehouse)]
    serve = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "guoban", "serve", *places],
        stdout=said,
        stderr=said,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "LC_ALL": "C.UTF-8"},
    )
    try:
        yield serve
    finally:
        serve.send_signal(signal.SIGTERM)
        serve.wait(30)


def _wait_for(log: Path, words: str, more_than: int) -> None:
    until = time.monotonic() + _MOST_SECONDS
    while log.read_text("utf-8").count(words) <= more_than:
        if time.monotonic() > until:
            raise TimeoutError(log.read_text("utf-8")[-2000:])
        time.sleep(0.2)


def _held(serve: int) -> dict[str, int]:
    """What the processes hold of memory that is theirs alone, MiB."""
    found = {"serve": _mib(serve)}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
            if parent == serve and b"flows.serve.pages" in (folder / "cmdline").read_bytes():
                found["server"] = _mib(int(folder.name))
    return found


def _mib(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) >> 10


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
