"""Hands messages to the process that sends them, for so long and no longer."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

_WORKER = Path(__file__).with_name("worker.py")
_ENDED = "the process that sends has ended"


@dataclass(frozen=True, eq=False)
class Parcel:
    """A message on its way to one address, which is whole here."""

    address: str
    title: str
    body: str


def send(
    parcels: Iterable[Parcel],
    seconds: float,
    begins: Callable[[Sequence[Parcel]], None],
    ends: Callable[[Parcel, str | None], None],
) -> None:
    """Sends what there is time for: to each address one after the other, until one of these fails.

    `begins` hears of messages before they are handed over, and what it does is done then; `ends`
    hears of each what came of it: None, or why it was not sent.
    """
    lanes: dict[str, list[Parcel]] = {}
    for one in parcels:
        lanes.setdefault(one.address, []).append(one)
    if lanes:
        with _Sender(time.monotonic() + seconds, begins, ends) as sender:
            sender.send([*lanes.values()])


class _Sender:
    """The child process, and the messages that are on their way through it."""

    def __init__(
        self,
        until: float,
        begins: Callable[[Sequence[Parcel]], None],
        ends: Callable[[Parcel, str | None], None],
    ) -> None:
        self._until = until
        self._begins, self._ends = begins, ends
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._on_way: dict[int, list[Parcel]] = {}
        self._count = 0

    def __enter__(self) -> _Sender:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
            # By its path: as a module it would import all that guoban reads settings with.
            [sys.executable, "-P", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdout  # noqa: S101 - it is piped
        self._listener = threading.Thread(
            target=self._listen, args=[self._process.stdout], daemon=True
        )
        self._listener.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                pipe and pipe.close()
        self._process.wait()

    def _listen(self, answers: IO[str]) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in answers:
                self._answers.put(json.loads(line))
        self._answers.put(None)

    def send(self, lanes: list[list[Parcel]]) -> None:
        """Sends them, until all is done or time is over."""
        why, left = _ENDED, lanes
        try:
            if self._answers.get(timeout=self._left()):
                left = []
                self._hand_over(lanes)
                while self._on_way and (answer := self._answers.get(timeout=self._left())):
                    self._take(answer)
        except queue.Empty:
            why = "it took too long"
        except BrokenPipeError:
            pass
        for lane in [*left, *self._on_way.values()]:
            self._ends(lane[0], why)

    def _left(self) -> float:
        return max(0.0, self._until - time.monotonic())

    def _hand_over(self, lanes: Iterable[list[Parcel]]) -> None:
        new = {self._count + number: lane for number, lane in enumerate(lanes)}
        self._count += len(new)
        self._begins([lane[0] for lane in new.values()])
        self._on_way |= new
        assert self._process.stdin  # noqa: S101 - it is piped
        for number, lane in new.items():
            order = {"number": number, **vars(lane[0])}
            self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def _take(self, answer: dict[str, Any]) -> None:
        lane = self._on_way.pop(answer["number"])
        self._ends(lane[0], answer["why"])
        # What is not taken once will not be taken a moment later, and costs as much time.
        if answer["why"] is None and len(lane) > 1:
            self._hand_over([lane[1:]])
