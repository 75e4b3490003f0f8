"""Cleaning of submitted text: what no reader of a spreadsheet can see is taken away."""

from __future__ import annotations

import re
import unicodedata

# Zero-width characters, byte order marks, soft hyphens and direction marks.
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")
# What people write where they have nothing to write.
PLACEHOLDERS = frozenset({"/", "\\", "-", "--", "—", "——", "－", "无", "暂无", "N/A", "n/a"})


def clean(text: str) -> str:
    """The text without invisible characters and outer blanks; inner runs of blanks become one."""
    if text.isascii() and "  " not in text and not text[:1].isspace() and not text[-1:].isspace():
        # Control characters other than tab and newline count as whitespace for Python.
        return _SPACES.sub(" ", text) if not text.isprintable() else text
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def has_invisible(text: str) -> bool:
    """Whether the text holds characters that nobody can see."""
    return not text.isascii() and _INVISIBLE.search(text) is not None


def folded(text: str) -> str:
    """The text for comparison: full-width forms made narrow (NFKC), every blank taken out."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


def is_placeholder(text: str) -> bool:
    """Whether the text only says that there is nothing ("/", "无", "暂无", …)."""
    return text in PLACEHOLDERS
