"""What the operator is told of a run that went on all the same."""

from __future__ import annotations

import logging
from dataclasses import dataclass

LOG = logging.getLogger("guoban")


@dataclass(frozen=True)
class Note:
    """Something that was mended or left, in English and Chinese."""

    english: str
    chinese: str


class Notes(list[Note]):
    """The notes of one run; each is in the log as well."""

    def say(self, english: str, chinese: str) -> None:
        note = Note(english, chinese)
        # A run that has to begin again says nothing twice.
        if note not in self:
            LOG.warning("%s", english)
            self.append(note)
