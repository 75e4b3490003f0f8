"""What a check says: how things stand, in two languages, and what to do where they are not well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flows.ground.notes import Note


class State(StrEnum):
    """How something stands: as it should, worth a look, or so that it has to be mended."""

    OK = "ok"
    ATTENTION = "attention"
    WRONG = "wrong"


@dataclass(frozen=True)
class Verdict:
    """One thing that was found; `remedy` says what to do, where anything is to be done."""

    state: State
    said: Note
    remedy: Note | None = None


Verdicts = Iterator[Verdict]


def fine(english: str, chinese: str) -> Verdict:
    """It stands as it should."""
    return Verdict(State.OK, Note(english, chinese))


def mind(english: str, chinese: str, remedy: str, remedy_chinese: str) -> Verdict:
    """It works, and somebody should know of it."""
    return Verdict(State.ATTENTION, Note(english, chinese), Note(remedy, remedy_chinese))


def wrong(english: str, chinese: str, remedy: str, remedy_chinese: str) -> Verdict:
    """It has to be mended."""
    return Verdict(State.WRONG, Note(english, chinese), Note(remedy, remedy_chinese))
