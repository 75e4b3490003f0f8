"""Hands files to child processes and takes their grids back, within limits of memory and time.

A file that kills or stalls its reader is unreadable; the reader is replaced and the batch goes on.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson

from flows.ground.errors import SettingsError
from flows.read.confined import landlock_version
from flows.read.grid import Book, Unreadable

if TYPE_CHECKING:
    # Reader processes import this module, and settings would cost each of them a quarter second.
    from flows.ground.settings import Settings

K = TypeVar("K", bound=Hashable)
LOG = logging.getLogger("guoban")

_PROJECT = Path(__file__).resolve().parents[2]
_START_SECONDS = 60.0
_LENGTH_BYTES = 8
# No grid of a file within the limits is as long; more is the answer of a reader gone wrong.
_MAX_REPLY = 1 << 29
_CRASHED = Unreadable("读取文件时内存超出限制，或文件使读取程序崩溃。")


@dataclass(frozen=True)
class Limits:
    """What reading may cost: seconds and MiB for each file, processes at once."""

    seconds: float = 60.0
    memory_mib: int = 2048
    workers: int = 2
    max_file_mib: int = 200
    inputs: tuple[Path, ...] = ()
    """The folders in which the files lie that are read; none: anywhere."""

    def arguments(self) -> list[str]:
        """What a child is told of them, and whose it is."""
        plain = [self.memory_mib, self.seconds, os.getpid()]
        return [str(one) for one in (*plain, *self.inputs)]


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings give."""
    return Limits(
        seconds=settings.read_seconds,
        memory_mib=settings.read_memory_mib,
        workers=settings.read_workers,
        max_file_mib=settings.max_file_mib,
        inputs=(settings.warehouse / "archive",),
    )


def read_files(files: Mapping[K, Path], limits: Limits) -> Iterator[tuple[K, Book | Unreadable]]:
    """Reads every file by processes of its own: `Readers.read`."""
    with Readers(limits) as readers:
        yield from readers.read(files)


class Readers:
    """Reader processes: started when they are needed, ended when this is left."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._readers: list[_Reader[Any]] = []

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *error: object) -> None:
        for reader in self._readers:
            reader.end()

    def start(self, files: int) -> None:
        """Starts what so many files need: they import what they read with while their caller goes on."""
        if files and not landlock_version():
            LOG.info("this kernel has no Landlock: readers are not kept from other files")
        while len(self._readers) < min(self._limits.workers, files):
            self._readers.append(_Reader(self._limits))
            self._readers[-1].start()

    def read(self, files: Mapping[K, Path]) -> Iterator[tuple[K, Book | Unreadable]]:
        """Reads every file and yields its key with its grids, or why it can't be read.

        The order is that of completion. Never raises for what a file contains; raises SettingsError
        where a reader can't even start.
        """
        looked_at = {key: _refused(path, self._limits) for key, path in files.items()}
        yield from ((key, refused) for key, refused in looked_at.items() if refused)
        waiting = deque((key, path) for key, path in files.items() if not looked_at[key])
        self.start(len(waiting))
        readers: list[_Reader[K]] = self._readers
        try:
            while True:
                for reader in readers:
                    if waiting and reader.is_idle:
                        reader.take(*waiting.popleft())
                busy = [reader for reader in readers if not reader.is_idle]
                if not busy:
                    return
                for reader in _settled(busy):
                    key, reply = reader.hand_over()
                    # The reader works on while its last answer is taken in.
                    if waiting:
                        reader.take(*waiting.popleft())
                    left = time.monotonic()
                    yield key, _book(reply)
                    # Whoever takes the grids may take their time: that is no file's fault.
                    for other in readers:
                        other.deadline += time.monotonic() - left
        finally:
            for reader in readers:
                reader.drop()


def _refused(path: Path, limits: Limits) -> Unreadable | None:
    try:
        size = path.stat().st_size
    except OSError as error:
        return Unreadable(f"文件无法打开（{error.strerror}）。")
    if size > limits.max_file_mib * 1024 * 1024:
        return Unreadable(f"文件超过 {limits.max_file_mib} MB，超出限制。")
    return None


def _book(reply: bytes | Unreadable) -> Book | Unreadable:
    if isinstance(reply, Unreadable):
        return reply
    answer = orjson.loads(reply)
    if "book" in answer:
        return Book.from_plain(answer["book"])
    return Unreadable(answer["unreadable"])


def _settled(busy: list[_Reader[K]]) -> list[_Reader[K]]:
    """Waits until something happens; gives the readers whose answer is complete or given up."""
    left = min(reader.deadline for reader in busy) - time.monotonic()
    ready = select.select([reader.output for reader in busy], [], [], max(0.0, left))[0]
    for reader in busy:
        if reader.output in ready:
            reader.receive()
        elif reader.deadline <= time.monotonic():
            reader.give_up()
    return [reader for reader in busy if reader.is_done]


class _Reader(Generic[K]):
    """One child process, started when first needed and again after it died."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._key: K | None = None
        self._buffer = bytearray()
        self._reply: bytes | Unreadable | None = None
        self._is_starting = False
        self.is_idle = True
        self.deadline = 0.0

    @property
    def is_done(self) -> bool:
        return self._reply is not None

    @property
    def output(self) -> int:
        assert self._process is not None and self._process.stdout is not None  # noqa: S101
        return self._process.stdout.fileno()

    def take(self, key: K, path: Path) -> None:
        """Begins to read a file."""
        self.is_idle, self._key, self._reply = False, key, None
        order = json.dumps(os.fspath(path)).encode() + b"\n"
        try:
            self._send(order)
        except BrokenPipeError:
            # It died while it had nothing to do: that is no file's fault.
            self.end()
            self._send(order)
        starting = _START_SECONDS if self._is_starting else 0.0
        self.deadline = time.monotonic() + self._limits.seconds + starting

    def _send(self, order: bytes) -> None:
        process = self._process or self.start()
        assert process.stdin is not None  # noqa: S101 - it is piped
        process.stdin.write(order)
        process.stdin.flush()

    def receive(self) -> None:
        """Takes what has arrived of the answer."""
        part = os.read(self.output, 1 << 20)
        self._buffer += part
        if self._is_starting:
            self._hear_first(ended=not part)
            if not self._buffer:
                return
        length = int.from_bytes(self._buffer[:_LENGTH_BYTES], "big")
        if not part or length > _MAX_REPLY:
            self.end()
            self._reply = _CRASHED
        elif len(self._buffer) >= _LENGTH_BYTES + length:
            self._reply = bytes(memoryview(self._buffer)[_LENGTH_BYTES:])
            self._buffer = bytearray()

    def give_up(self) -> None:
        """The file took too long."""
        self.end()
        self._reply = Unreadable(f"读取文件超过 {self._limits.seconds:g} 秒，超出限制。")

    def hand_over(self) -> tuple[K, bytes | Unreadable]:
        """The answer; the reader is idle afterwards."""
        assert self._key is not None and self._reply is not None  # noqa: S101 - it is done
        self.is_idle, reply, self._reply = True, self._reply, None
        return self._key, reply

    def end(self) -> None:
        """Ends the process, if there is one."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe and pipe.close()
            process.wait()
        self._buffer = bytearray()

    def drop(self) -> None:
        """Gives up the file that it is at, if it is at one: whoever took the grids gave up."""
        if not self.is_idle:
            self.end()
            self.is_idle, self._reply = True, None

    def start(self) -> subprocess.Popen[bytes]:
        """A new process; its first word, that it is ready, comes with the first answer."""
        self._process = process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
            [sys.executable, "-P", "-m", "flows.read.worker", *self._limits.arguments()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(_PROJECT),
                "LANG": "C.UTF-8",
                # Address space reserved for each thread would eat the limit.
                "MALLOC_ARENA_MAX": "2",
            },
        )
        self._is_starting = True
        return process

    def _hear_first(self, *, ended: bool) -> None:
        """Takes the reader's word that it is ready. Raises SettingsError where it never comes."""
        if ended:
            self.end()
            raise SettingsError(
                "a reader process can't start: is its memory (GUOBAN_READ_MEMORY_MIB, "
                f"{self._limits.memory_mib} MiB) too small?"
            )
        if len(self._buffer) >= _LENGTH_BYTES:
            del self._buffer[:_LENGTH_BYTES]
            self._is_starting = False
            self.deadline = time.monotonic() + self._limits.seconds
