"""Runs a program and says what it took: wall, processor and memory of it and all it started.

Memory is the peak of Pss, summed over the tree of processes and sampled every 20 ms: pages that
processes share count once. Sampling takes a share of a processor, so a run is either watched or
timed; where Pss can't be read, Rss stands in for it.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.contenders import Command, ContenderError
from benchmarks.processes import tree

SAMPLE_SECONDS = 0.02
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Taken:
    """What one run took; `peak_mb` only of a watched one. `started_at` is seconds since 1970."""

    started_at: float
    seconds: float
    cpu_seconds: float
    peak_mb: float | None
    output: str


def run(command: Command, folder: Path, *, is_watched: bool = False, allowed: int = 0) -> Taken:
    """Runs the command to its end. Raises ContenderError unless it exits with 0 or `allowed`."""
    environment = {**os.environ, **command.env}
    with (folder / "stdout").open("w+") as out, (folder / "stderr").open("w+") as err:
        started_at, started = time.time(), time.perf_counter()
        process = subprocess.Popen(
            command.args, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment
        )
        watch = _Watch(process.pid) if is_watched else None
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            process.kill()
            raise
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = watch.peak() if watch else None
        for stream in (out, err):
            stream.seek(0)
        if process.returncode not in (0, allowed):
            words = " ".join(command.args)
            raise ContenderError(f"{words}: exit {process.returncode}\n{err.read()[-2000:]}")
        cpu = usage.ru_utime + usage.ru_stime
        return Taken(started_at, seconds, cpu, peak, out.read())


class _Watch:
    """Samples a tree of processes until asked for the peak."""

    def __init__(self, pid: int) -> None:
        self._root = pid
        self._peak = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def peak(self) -> float:
        """In MiB."""
        self._is_over.set()
        self._thread.join()
        return self._peak / _MIB

    def _sample(self) -> None:
        while not self._is_over.wait(SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(memory_of(one) for one in tree(self._root)))


def memory_of(pid: int) -> int:
    """Bytes of the process: its share of what it shares (Pss); 0 once it has gone."""
    try:
        process = psutil.Process(pid)
        try:
            return int(process.memory_full_info().pss)
        except psutil.AccessDenied:
            return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
