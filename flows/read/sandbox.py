"""Hands files to child processes and takes their grids back, within limits of memory and time.

A file that kills or stalls its reader is unreadable; the reader is replaced and the batch goes on.
"""

from __future__ import annotations

import json
import os
import queue
import select
import subprocess
import sys
import threading
import time
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from flows.read.grid import Book, Unreadable

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Limits:
    """What reading may cost: seconds and MiB for each file, processes at once."""

    seconds: float = 60.0
    memory_mib: int = 2048
    workers: int = 2
    max_file_mib: int = 200


def read_files(files: Mapping[K, Path], limits: Limits) -> Iterator[tuple[K, Book | Unreadable]]:
    """Reads every file and yields its key with its grids, or why it can't be read.

    The order is that of completion. Never raises for what a file contains.
    """
    waiting: queue.SimpleQueue[tuple[K, Path]] = queue.SimpleQueue()
    for item in files.items():
        waiting.put(item)
    done: queue.SimpleQueue[tuple[K, Book | Unreadable]] = queue.SimpleQueue()
    count = min(limits.workers, len(files))
    stop = threading.Event()
    threads = [
        threading.Thread(target=_serve, args=(waiting, done, limits, stop), daemon=True)
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in files:
            yield done.get()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _serve(waiting: queue.SimpleQueue, done: queue.SimpleQueue, limits: Limits, stop: threading.Event) -> None:  # type: ignore[type-arg]  # fmt: skip
    reader = _Reader(limits)
    try:
        while not stop.is_set():
            try:
                key, path = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                answer = reader.read(path)
            except Exception as error:
                answer = Unreadable(f"文件无法读取（{type(error).__name__}）。")
                reader.end()
            done.put((key, answer))
    finally:
        reader.end()


class _Reader:
    """One child process, started when first needed and again after it died."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, path: Path) -> Book | Unreadable:
        if path.stat().st_size > self._limits.max_file_mib * 1024 * 1024:
            return Unreadable(f"文件超过 {self._limits.max_file_mib} MB，超出限制。")
        process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101 - both piped
        deadline = time.monotonic() + self._limits.seconds
        try:
            process.stdin.write(json.dumps(str(path)).encode() + b"\n")
            process.stdin.flush()
            length = self._receive(process.stdout.fileno(), 8, deadline)
            reply = self._receive(process.stdout.fileno(), int.from_bytes(length, "big"), deadline)
        except TimeoutError:
            self.end()
            return Unreadable(f"读取文件超过 {self._limits.seconds:g} 秒，超出限制。")
        except (EOFError, BrokenPipeError):
            self.end()
            return Unreadable("读取文件时内存超出限制，或文件使读取程序崩溃。")
        answer = json.loads(reply.decode("utf-8", "surrogatepass"))
        if "book" in answer:
            return Book.from_plain(answer["book"])
        return Unreadable(answer["unreadable"])

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.read.worker", str(self._limits.memory_mib)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Allocation of address space per thread would eat the limit.
            env={"PATH": os.environ.get("PATH", ""), "MALLOC_ARENA_MAX": "2", "LANG": "C.UTF-8"},
        )
        return self._process

    @staticmethod
    def _receive(source: int, length: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([source], [], [], left)[0]:
                raise TimeoutError
            part = os.read(source, min(length - len(parts), 1 << 20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)
