"""The readers' trial: figures move, release follows release, and every answer is looked at."""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drop import Drop, change_of

from flows.ground.settings import PROJECT

# A project of the sample months; its amount is another hundredth of an 亿元 more in every release.
_WORKBOOK = "2021-05/招商局/签约项目月报表.xlsx"
_PROJECT = "GCKF-2021-0004"


@dataclass(frozen=True)
class Read:
    """What the readers came to."""

    answers: int
    releases: int
    """Seen by one of them at least."""
    errors: tuple[str, ...]
    stale: int
    torn: int
    p50_ms: float
    p95_ms: float
    """From connecting, or asking again, to the last row."""

    def __str__(self) -> str:
        return (
            f"{self.answers} answers of {self.releases} releases: {len(self.errors)} errors, "
            f"{self.stale} stale after connecting, {self.torn} torn; "
            f"p50 {self.p50_ms:.0f} ms, p95 {self.p95_ms:.0f} ms"
        )


class Readers:
    """So many processes that read; ended by `end`."""

    def __init__(
        self,
        folder: Path,
        current: Path,
        count: int,
        *,
        pause: float,
        postgres: str | None = None,
        from_postgres: int = 0,
    ) -> None:
        folder.mkdir()
        self._all_read = 0.0
        self._outs = [folder / f"{number}.jsonl" for number in range(count + from_postgres)]
        self._processes = [
            subprocess.Popen(  # noqa: S603 - our own
                [
                    sys.executable, "-m", "scripts.readers.reader", str(current), str(out),
                    "--pause", str(pause), "--seed", str(number),
                    *(("--postgres", postgres) if postgres and number >= count else ()),
                ],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
            )
            for number, out in enumerate(self._outs)
        ]  # fmt: skip

    def wait_until_all_read(self) -> None:
        """Returns once each of them has had an answer, or has ended; from then on times count."""
        for process, out in zip(self._processes, self._outs, strict=True):
            while process.poll() is None and not (out.exists() and out.stat().st_size):
                time.sleep(0.05)
        self._all_read = time.monotonic()

    def end(self) -> Read:
        """Ends them and says what they came to. Raises CalledProcessError where one has fallen."""
        for process in self._processes:
            if process.stdin:
                process.stdin.close()
        for process in self._processes:
            if process.wait(120):
                raise subprocess.CalledProcessError(process.returncode, "reader")
        lines = [line for out in self._outs for line in out.read_text("utf-8").splitlines()]
        return _read([json.loads(line) for line in lines], self._all_read)


def _read(answers: Sequence[dict[str, Any]], counted_from: float) -> Read:
    told = [one for one in answers if "error" not in one]
    milliseconds = sorted(
        one["seconds"] * 1000 for one in told if one["began"] >= counted_from
    ) or [math.nan]
    return Read(
        len(told),
        len({one["run_id"] for one in told}),
        tuple(one["error"] for one in answers if "error" in one),
        sum(one["is_stale"] for one in told),
        sum(one["is_torn"] for one in told),
        statistics.median(milliseconds),
        milliseconds[math.ceil(len(milliseconds) * 0.95) - 1],
    )


def follow(
    drop: Drop, releases: int, *, published: Callable[[int], None] = lambda number: None
) -> None:
    """Refreshes so many times, and each time a figure has moved; tells of each release."""
    for number in range(1, releases + 1):
        drop.edit(_WORKBOOK, change_of(_PROJECT, 合同投资额=50_000 + 100 * number))
        before = drop.settings.warehouse.joinpath("current").readlink()
        drop.refresh()
        if drop.settings.warehouse.joinpath("current").readlink() == before:
            raise RuntimeError(f"refresh {number} has published nothing")
        published(number)
