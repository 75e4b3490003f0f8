"""Statements that guoban runs, as files below `sql/`: `statement("settle/arrival")` is its text.

Relations are made of files by `flows.store.views`; what is done to tables is said here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from flows.ground.errors import WarehouseError
from flows.ground.settings import PROJECT

SQL = PROJECT / "sql"
# A struct of DuckDB's is written {'a': 1} and is none.
_PLACE = re.compile(r"\{(\w+)\}")


def statement(name: str, **parts: str) -> str:
    """The text of `sql/<name>.sql`, each `{part}` in it filled with the part of that name.

    Raises WarehouseError where a part is missing or too much.
    """
    text = _text(name)
    wanted = set(_PLACE.findall(text))
    if wanted != parts.keys():
        raise WarehouseError(f"sql/{name}.sql wants {sorted(wanted)}, not {sorted(parts)}")
    return filled(text, parts)


def filled(text: str, parts: Mapping[str, str]) -> str:
    """The text with every `{part}` filled in.

    Parts are names of our own declarations (a return, its fields) and what is written of them,
    never anything that was filed.
    """
    return _PLACE.sub(lambda place: parts[place[1]], text)


def sql_text(value: object) -> str:
    """The value's text as SQL writes it, for statements that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"


@cache
def _text(name: str) -> str:
    path = SQL / f"{name}.sql"
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise WarehouseError(f"{path} can't be read: {error.strerror}") from error
