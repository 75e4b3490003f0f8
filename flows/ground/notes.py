"""What the operator is told of a run that went on all the same."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flows.ground.errors import GuobanError

LOG = logging.getLogger("guoban")


@dataclass(frozen=True)
class Note:
    """Something that was mended or left, in English and Chinese."""

    english: str
    chinese: str


def in_a_line(error: BaseException) -> Note:
    """The error in a line; what nobody foresaw is named by its kind."""
    if isinstance(error, GuobanError):
        return Note(_first_line(str(error)), _first_line(error.chinese))
    words = f"{type(error).__name__}: {_first_line(str(error))}"
    return Note(words, words)


def _first_line(text: str) -> str:
    return next(iter(text.splitlines()), "")


class Notes(list[Note]):
    """The notes of one run; each is in the log as well."""

    def say(self, english: str, chinese: str) -> None:
        note = Note(english, chinese)
        # A run that has to begin again says nothing twice.
        if note not in self:
            LOG.warning("%s", english)
            self.append(note)
