"""Very many files and very large ones: each costs the same as one before it, in the same memory.

What is compared is the processors' time of a refresh with all its children, and the memory of the
largest of its processes; each of them is held to a limit, so that more would end it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.ground.settings import PROJECT

DATA_MIB = 1_536


@dataclass(frozen=True)
class Cost:
    """What a refresh took: seconds of processors, MiB of its largest process; and what it said."""

    seconds: float
    peak_mib: float
    statuses: Counter[str]
    said: list[str]


def refresh(folder: Path) -> Cost:
    """A refresh as the command runs it, no process of it with more than `DATA_MIB`."""
    command = [sys.executable, "-m", "guoban", "refresh", "--json", "--orchestrator", "none"]
    command += ["--raw", str(folder / "raw"), "--warehouse", str(folder / "warehouse")]
    most = DATA_MIB * 1024 * 1024
    out, err = folder / "out.json", folder / "err.txt"
    with out.open("wb") as told, err.open("wb") as logged:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            stdout=told,
            stderr=logged,
            env={**os.environ, "GUOBAN_SETTLE_SECONDS": "0", "LANG": "C.UTF-8"},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (most, most)),  # noqa: PLW1509
        )
        _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, err.read_text(encoding="utf-8")[-2_000:]
    found = json.loads(out.read_text(encoding="utf-8"))
    return Cost(
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        Counter(one["status"] for one in found["files"]),
        err.read_text(encoding="utf-8").splitlines(),
    )


def large(folder: Path, files: int, cells: int) -> Cost:
    """Tables of so many cells that are no return, each with other numbers."""
    (folder / "raw").mkdir(parents=True)
    for number in range(files):
        with (folder / "raw" / f"{number}.csv").open("w", encoding="utf-8") as file:
            for row in range(cells // 4):
                file.write(f"{number},{row},2021-05-31,合成\n")
    return refresh(folder)


def tiny(folder: Path, files: int) -> Cost:
    """Tables of two rows in fifty folders."""
    for number in range(files):
        place = folder / "raw" / f"{number % 50}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.csv").write_text(f"a,b,c\n{number},2,3\n", encoding="utf-8")
    return refresh(folder)


@pytest.mark.nightly
def test_twice_as_many_large_files_take_twice_the_time_and_the_same_memory(tmp_path: Path) -> None:
    few, many = (large(tmp_path / f"{n}", n, 1_000_000) for n in (3, 6))
    assert many.statuses == {"rejected": 6}
    assert many.seconds <= 2.4 * few.seconds
    assert many.peak_mib <= 1.2 * few.peak_mib


@pytest.mark.nightly
def test_sixty_four_files_of_four_million_cells(tmp_path: Path) -> None:
    few, many = (large(tmp_path / f"{n}", n, 4_000_000) for n in (8, 64))
    assert many.statuses == {"rejected": 64}
    assert many.seconds <= 10 * few.seconds
    assert many.peak_mib <= 1.2 * few.peak_mib
    assert any("/64" in line or " of 64 " in line for line in many.said)


@pytest.mark.nightly
def test_twenty_thousand_tiny_files(tmp_path: Path) -> None:
    few, many = (tiny(tmp_path / f"{n}", n) for n in (5_000, 20_000))
    assert many.statuses == {"rejected": 20_000}
    assert many.seconds <= 5 * few.seconds
    # What is known of each file is kept, and that is little.
    assert many.peak_mib <= few.peak_mib + 15_000 * 40 / 1024
    assert any("20,000" in line for line in many.said)
