"""Which bulletins there are, and as what they are written; light, so that commands may import it."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Which bulletin; its value is what its template is called."""

    MONTHLY = "月通报"
    WEEKLY = "周调度"


class Format(StrEnum):
    """What a bulletin is written as: the ending of its file."""

    DOCX = "docx"
    XLSX = "xlsx"
    HTML = "html"


FORMATS = tuple(one.value for one in Format)
