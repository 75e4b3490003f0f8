"""One planted fault: which file, which line, what stands there instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A file's whole text with the fault in it, and the fault in words."""

    file: str
    line: int
    kind: str
    words: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.kind}: {self.words}"


# Makes a fault when it is needed.
Plant = Callable[[], Fault | None]


def planted(fault: Fault) -> Plant:
    """A fault that is made already."""
    return lambda: fault


def words_of(old: str, new: str) -> str:
    """What changed between two texts, as their first lines that differ."""
    for before, after in zip(old.splitlines(), new.splitlines(), strict=False):
        if before != after:
            return f"{before.strip()}  ->  {after.strip()}"
    return "the end of the file"
