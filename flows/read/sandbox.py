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
from flows.ground.memory import DEFAULT_MIB, shares_of
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
# No answer is as long; more is one of a child gone wrong.
_MAX_ANSWER = 256
# What reading takes of memory for each byte of a packed file, at least now and then.
_FOLD = 80
# What a cell counts at least among what is told of files: each may have its finding.
_OF_A_CELL = 64
_SHARES = shares_of(DEFAULT_MIB)
_CRASHED = Unreadable("读取文件时内存超出限制，或文件使读取程序崩溃。")


class Lost(Enum):
    """Why there is no answer: the child ended, for want of memory or by a fault, or took too long."""

    ENDED = "ended"
    LATE = "late"


Answer = bytearray | Lost


@dataclass(frozen=True)
class Limits:
    """What reading may cost: seconds and MiB for each file, processes at once.

    `memory_mib` is for a file that is read alone, `among_mib` for one that is read beside others.
    Of what is told of files, so many MiB are taken in at once (`Readers.read`); of a file that is
    read alone it may be more. `reply_mib` is for a process that makes replies.
    """

    seconds: float = 60.0
    memory_mib: int = _SHARES.lone_reader
    among_mib: int = _SHARES.reader
    told_mib: int = _SHARES.told
    reply_mib: int = _SHARES.reply
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
    shares = shares_of(settings.memory_mib)
    return Limits(
        seconds=settings.read_seconds,
        memory_mib=settings.read_memory_mib,
        among_mib=min(shares.reader, settings.read_memory_mib),
        told_mib=shares.told,
        reply_mib=min(shares.reply, settings.read_memory_mib),
        workers=settings.read_workers,
        max_file_mib=settings.max_file_mib,
        inputs=(settings.warehouse / "archive",),
    )


def read_files(files: Mapping[K, Path], limits: Limits) -> Iterator[tuple[K, Book | Unreadable]]:
    """Reads every file by processes of its own: `Readers.read`."""
    with Readers(limits) as readers:
        yield from readers.read_all(files)


@dataclass(frozen=True)
class _Cost:
    """What one order may cost."""

    seconds: float
    memory_mib: int
    answer_mib: int


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
        self.keep(0)

    def keep(self, count: int) -> None:
        """Ends all but so many of them."""
        while len(self._children) > count:
            self._children.pop().end()

    def start(self, orders: int) -> None:
        """Starts what so many orders need: they import what they work with while their caller goes on."""
        if orders and not landlock_version():
            LOG.info("this kernel has no Landlock: children are not kept from other files")
        while len(self._children) < min(self.limits.workers, orders):
            self._children.append(_Child(self._module, self.limits))
            self._children[-1].start()

    def answer(
        self,
        orders: Iterable[tuple[K, bytes]],
        seconds: float | None = None,
        memory_mib: int | None = None,
        answer_mib: int = _MAX_ANSWER,
    ) -> Iterator[tuple[K, Answer]]:
        """Has every order answered and yields its key with the answer, or why there is none.

        An order may take so many seconds and so much memory, or what the limits say; who has more
        to say is ended. The order is that of completion, by as many processes as were started.
        Raises SettingsError where one can't even start.
        """
        cost = _Cost(
            self.limits.seconds if seconds is None else seconds,
            self.limits.memory_mib if memory_mib is None else memory_mib,
            answer_mib,
        )
        waiting = iter(orders)
        children: list[_Child[K]] = self._children
        try:
            while True:
                for child in children:
                    if child.is_idle:
                        child.take_next(waiting, cost)
                busy = [child for child in children if not child.is_idle]
                if not busy:
                    return
                for child in _settled(busy):
                    key, answer = child.hand_over()
                    # The child works on while its last answer is taken in.
                    child.take_next(waiting, cost)
                    left = time.monotonic()
                    yield key, answer
                    # It may be large, and is whoever's took it.
                    del answer
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
        # Files that need more memory than readers have that read beside others.
        self._heavy: set[Path] = set()

    def read_all(self, files: Mapping[K, Path]) -> Iterator[tuple[K, Book | Unreadable]]:
        """Reads every file: `read`, until none is left."""
        left = dict(files)
        while left:
            for key, book in self.read(left.copy()):
                del left[key]
                yield key, book

    def read(self, files: Mapping[K, Path]) -> Iterator[tuple[K, Book | Unreadable]]:
        """Reads files and yields their keys with their grids, or why they can't be read.

        No further one is begun once they tell as much as the limits say: a caller that holds on to
        what is in them is done with these first, and asks again for the rest. One is read at least.
        The order is that of completion. Never raises for what a file contains; raises SettingsError
        where a reader can't even start.
        """
        self._told = 0
        looked_at = {key: _refused(path, self.limits) for key, path in files.items()}
        yield from ((key, refused) for key, refused in looked_at.items() if refused)
        sound = {key: path for key, path in files.items() if not looked_at[key]}
        light = {key: path for key, path in sound.items() if not self._is_heavy(path)}
        alone = {key: path for key, path in sound.items() if key not in light}
        self.start(len(light) or bool(alone))
        among = {"memory_mib": self.limits.among_mib, "answer_mib": self.limits.told_mib}
        for key, answer in self.answer(self._while_few(light), **among):
            if answer is Lost.ENDED and self.limits.among_mib < self.limits.memory_mib:
                self._heavy.add(light[key])
                alone[key] = light[key]
            else:
                yield key, self._book(answer)
            del answer
        yield from self._read_alone(alone)

    def _read_alone(self, files: Mapping[K, Path]) -> Iterator[tuple[K, Book | Unreadable]]:
        """Reads one file after the other; whatever a process has taken for one ends with it."""
        for key, order in self._while_few(files):
            self.keep(1)
            self.start(1)
            ((_, answer),) = self.answer([(key, order)])
            self.end()
            yield key, self._book(answer)
            del answer

    def _while_few(self, files: Mapping[K, Path]) -> Iterator[tuple[K, bytes]]:
        """The orders to read the files, as long as what is told of them is within the limits."""
        for key, path in files.items():
            if self._told > self.limits.told_mib << 20:
                return
            yield key, os.fsencode(path)

    def _is_heavy(self, path: Path) -> bool:
        with contextlib.suppress(OSError):
            # What is gone meanwhile is the reader's to find out.
            return path in self._heavy or path.stat().st_size * _FOLD > self.limits.among_mib << 20
        return False

    def _book(self, answer: Answer) -> Book | Unreadable:
        if answer is Lost.ENDED:
            return _CRASHED
        if answer is Lost.LATE:
            return Unreadable(f"读取文件超过 {self.limits.seconds:g} 秒，超出限制。")
        book = book_of(answer)
        sheets = book.sheets if isinstance(book, Book) else ()
        cells = sum(len(row) for grid in sheets for row in grid.rows)
        self._told += max(len(answer), _OF_A_CELL * cells)
        return book


def book_of(answer: bytes | bytearray) -> Book | Unreadable:
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
        self._cost = _Cost(limits.seconds, limits.memory_mib, _MAX_ANSWER)
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

    def take_next(self, orders: Iterator[tuple[K, bytes]], cost: _Cost) -> None:
        """Begins with the next order, if there is one."""
        for key, order in orders:
            head = cost.memory_mib.to_bytes(_LENGTH_BYTES, "big")
            self._take(key, head + len(order).to_bytes(_LENGTH_BYTES, "big") + order, cost)
            return

    def _take(self, key: K, order: bytes, cost: _Cost) -> None:
        self.is_idle, self._key, self._answer, self._cost = False, key, None, cost
        try:
            self._send(order)
        except BrokenPipeError:
            # It died while it had nothing to do: that is no file's fault.
            self.end()
            with contextlib.suppress(BrokenPipeError):
                # Where it dies again, its output ends.
                self._send(order)
        starting = _START_SECONDS if self._is_starting else 0.0
        self.deadline = time.monotonic() + cost.seconds + starting

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
        if not part or length > self._cost.answer_mib << 20:
            self.end()
            self._answer = Lost.ENDED
        elif len(self._buffer) >= _LENGTH_BYTES + length:
            self._answer, self._buffer = self._buffer, bytearray()
            # No second copy is made for that.
            del self._answer[:_LENGTH_BYTES]

    def give_up(self) -> None:
        """The order took too long. Raises SettingsError where it was not even begun."""
        self.end()
        if self._is_starting:
            # That is no file's fault, and would be remembered as one.
            raise _not_ready()
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
            self.deadline = time.monotonic() + self._cost.seconds

    def _no_start(self) -> SettingsError:
        return SettingsError(
            "a reader process can't start: is its memory (GUOBAN_READ_MEMORY_MIB, "
            f"{self._limits.memory_mib} MiB) too small?",
            "读取程序无法启动，可能是内存设置（GUOBAN_READ_MEMORY_MIB，"
            f"{self._limits.memory_mib} MiB）过小",
        )


def _not_ready() -> SettingsError:
    return SettingsError(
        f"a child process was not ready within {_START_SECONDS:g} s: is the machine too busy? "
        "Refresh again when it has less to do",
        f"子进程在 {_START_SECONDS:g} 秒内没有启动，可能是机器过于繁忙；请稍后再刷新",
    )
