"""Hands work to child processes and takes their answers back, within limits of memory and time.

`Readers` hand them files and take grids back: a file that kills or stalls its reader is unreadable;
the reader is replaced and the batch goes on. `Children` do the same for any work on a file.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

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
# No answer about a file within the limits is as long; more is one of a child gone wrong.
_MAX_ANSWER = 1 << 29
_CRASHED = Unreadable("读取文件时内存超出限制，或文件使读取程序崩溃。")


class Lost(Enum):
    """Why there is no answer: the child ended, for want of memory or by a fault, or took too long."""

    ENDED = "ended"
    LATE = "late"


Answer = bytes | Lost


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


class Children:
    """Processes that answer orders: started when they are needed, ended when this is left.

    `module` is what they run; it calls `worker.serve`. `limits` hold for each order by itself.
    """

    def __init__(self, module: str, limits: Limits) -> None:
        self.limits = limits
        self._module = module
        self._children: list[_Child[Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def end(self) -> None:
        """Ends the processes; what they have taken of the memory is free again."""
        while self._children:
            self._children.pop().end()

    def start(self, orders: int) -> None:
        """Starts what so many orders need: they import what they work with while their caller goes on."""
        if orders and not landlock_version():
            LOG.info("this kernel has no Landlock: children are not kept from other files")
        while len(self._children) < min(self.limits.workers, orders):
            self._children.append(_Child(self._module, self.limits))
            self._children[-1].start()

    def answer(
        self, orders: Iterable[tuple[K, bytes]], seconds: float | None = None
    ) -> Iterator[tuple[K, Answer]]:
        """Has every order answered and yields its key with the answer, or why there is none.

        An order may take so many seconds, or what the limits say. The order is that of completion,
        by as many processes as were started. Raises SettingsError where one can't even start.
        """
        waiting = iter(orders)
        children: list[_Child[K]] = self._children
        try:
            while True:
                for child in children:
                    if child.is_idle:
                        child.take_next(waiting, seconds)
                busy = [child for child in children if not child.is_idle]
                if not busy:
                    return
                for child in _settled(busy):
                    key, answer = child.hand_over()
                    # The child works on while its last answer is taken in.
                    child.take_next(waiting, seconds)
                    left = time.monotonic()
                    yield key, answer
                    # Whoever takes the answers may take their time: that is no file's fault.
                    for other in children:
                        other.deadline += time.monotonic() - left
        finally:
            for child in children:
                child.drop()


class Reader(Protocol):
    """Reads files, each by its key, whoever does it."""

    limits: Limits

    def read(self, files: Mapping[K, Path]) -> Iterator[tuple[K, Book | Unreadable]]: ...


class Readers(Children):
    """Children that read files."""

    def __init__(self, limits: Limits) -> None:
        super().__init__("flows.read.worker", limits)

    def read(self, files: Mapping[K, Path]) -> Iterator[tuple[K, Book | Unreadable]]:
        """Reads every file and yields its key with its grids, or why it can't be read.

        The order is that of completion. Never raises for what a file contains; raises SettingsError
        where a reader can't even start.
        """
        looked_at = {key: _refused(path, self.limits) for key, path in files.items()}
        yield from ((key, refused) for key, refused in looked_at.items() if refused)
        waiting = [(key, os.fsencode(path)) for key, path in files.items() if not looked_at[key]]
        self.start(len(waiting))
        for key, answer in self.answer(waiting):
            yield key, self._book(answer)

    def _book(self, answer: Answer) -> Book | Unreadable:
        if answer is Lost.ENDED:
            return _CRASHED
        if answer is Lost.LATE:
            return Unreadable(f"读取文件超过 {self.limits.seconds:g} 秒，超出限制。")
        return book_of(answer)


def book_of(answer: bytes) -> Book | Unreadable:
    """What a reader answered."""
    try:
        found = orjson.loads(answer)
        if "book" in found:
            return Book.from_plain(found["book"])
    except MemoryError:
        return _CRASHED
    return Unreadable(found["unreadable"])


def _refused(path: Path, limits: Limits) -> Unreadable | None:
    try:
        size = path.stat().st_size
    except OSError as error:
        return Unreadable(f"文件无法打开（{error.strerror}）。")
    if size > limits.max_file_mib * 1024 * 1024:
        return Unreadable(f"文件超过 {limits.max_file_mib} MB，超出限制。")
    return None


def _settled(busy: list[_Child[K]]) -> list[_Child[K]]:
    """Waits until something happens; gives the children whose answer is complete or given up."""
    left = min(child.deadline for child in busy) - time.monotonic()
    ready = select.select([child.output for child in busy], [], [], max(0.0, left))[0]
    for child in busy:
        if child.output in ready:
            child.receive()
        elif child.deadline <= time.monotonic():
            child.give_up()
    return [child for child in busy if child.is_done]


class _Child(Generic[K]):
    """One child process, started when first needed and again after it died."""

    def __init__(self, module: str, limits: Limits) -> None:
        self._module = module
        self._limits = limits
        self._seconds = limits.seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._key: K | None = None
        self._buffer = bytearray()
        self._answer: Answer | None = None
        self._is_starting = False
        self.is_idle = True
        self.deadline = 0.0

    @property
    def is_done(self) -> bool:
        return self._answer is not None

    @property
    def output(self) -> int:
        assert self._process is not None and self._process.stdout is not None  # noqa: S101
        return self._process.stdout.fileno()

    def take_next(self, orders: Iterator[tuple[K, bytes]], seconds: float | None) -> None:
        """Begins with the next order, if there is one."""
        for key, order in orders:
            self._take(key, order, self._limits.seconds if seconds is None else seconds)
            return

    def _take(self, key: K, order: bytes, seconds: float) -> None:
        self.is_idle, self._key, self._answer, self._seconds = False, key, None, seconds
        try:
            self._send(order)
        except BrokenPipeError:
            # It died while it had nothing to do: that is no file's fault.
            self.end()
            with contextlib.suppress(BrokenPipeError):
                # Where it dies again, its output ends.
                self._send(order)
        starting = _START_SECONDS if self._is_starting else 0.0
        self.deadline = time.monotonic() + seconds + starting

    def _send(self, order: bytes) -> None:
        process = self._process or self.start()
        assert process.stdin is not None  # noqa: S101 - it is piped
        process.stdin.write(len(order).to_bytes(_LENGTH_BYTES, "big") + order)
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
        if not part or length > _MAX_ANSWER:
            self.end()
            self._answer = Lost.ENDED
        elif len(self._buffer) >= _LENGTH_BYTES + length:
            self._answer = bytes(memoryview(self._buffer)[_LENGTH_BYTES:])
            self._buffer = bytearray()

    def give_up(self) -> None:
        """The order took too long."""
        self.end()
        self._answer = Lost.LATE

    def hand_over(self) -> tuple[K, Answer]:
        """The answer; the child is idle afterwards."""
        assert self._key is not None and self._answer is not None  # noqa: S101 - it is done
        self.is_idle, answer, self._answer = True, self._answer, None
        return self._key, answer

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
        """Gives up the order that it is at, if it is at one: whoever took the answers gave up."""
        if not self.is_idle:
            self.end()
            self.is_idle, self._answer = True, None

    def start(self) -> subprocess.Popen[bytes]:
        """A new process; its first word, that it is ready, comes with the first answer."""
        self._process = process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
            [sys.executable, "-P", "-m", self._module, *self._limits.arguments()],
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
        """Takes the child's word that it is ready. Raises SettingsError where it never comes."""
        if ended:
            self.end()
            raise self._no_start()
        if len(self._buffer) >= _LENGTH_BYTES:
            del self._buffer[:_LENGTH_BYTES]
            self._is_starting = False
            self.deadline = time.monotonic() + self._seconds

    def _no_start(self) -> SettingsError:
        return SettingsError(
            "a reader process can't start: is its memory (GUOBAN_READ_MEMORY_MIB, "
            f"{self._limits.memory_mib} MiB) too small?"
        )
