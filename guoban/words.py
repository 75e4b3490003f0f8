"""The command line's language: English, or Chinese where the locale says so."""

from __future__ import annotations

import os
from functools import cache


@cache
def is_chinese() -> bool:
    """Whether the user's locale is Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value.startswith("zh")
    return False


def say(english: str, chinese: str) -> str:
    """The wording for the user's locale; both stand side by side where they are used."""
    return chinese if is_chinese() else english
