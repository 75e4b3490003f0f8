"""Statements that guoban runs, as files below `sql/`: `statement("settle/arrival")` is its text.

Relations are made of files by `flows.store.views`; what is done to tables is said here.
"""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flows.ground.errors import WarehouseError
from flows.ground.settings import PROJECT

SQL = PROJECT / "sql"
# The columns by which a relation's rows are told apart, in the head of its file.
_KEY = re.compile(r"^-- key: (.+)\.$", re.MULTILINE)
# A struct of DuckDB's is written {'a': 1} and is none.
_PLACE = re.compile(r"\{(\w+)\}")
# How a line of Python names a file of this folder.
_NAMED = re.compile(r'"(\w+(?:/\w+)+)"')


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


def key_of(text: str) -> tuple[str, ...]:
    """The columns by which rows of the relation are told apart, as the head of its file says."""
    said = _KEY.search(text)
    return tuple(said[1].split(", ")) if said else ()


def said_in_head(text: str, word: str) -> str | None:
    """What the head of a relation's file says behind a word (question, grain, key); None: nothing."""
    said = re.search(rf"^-- {word}: ((?:.+\n)(?:--   .+\n)*)", text, re.MULTILINE)
    return re.sub(r"\s*\n--\s+", " ", said[1].strip()) if said else None


def relation_key(name: str) -> tuple[str, ...]:
    """The same of the relation that `sql/<name>.sql` makes."""
    return key_of(_text(name))


def ran_by(error: BaseException) -> str:
    """Which line of guoban's ran what failed, and the files below `sql/` that it names."""
    ours = [
        one
        for one in traceback.extract_tb(error.__traceback__)
        if Path(one.filename).is_relative_to(PROJECT)
    ]
    if not ours:
        return "a statement"
    last = ours[-1]
    path, first = Path(last.filename).relative_to(PROJECT), last.lineno or 0
    lines = range(first, (last.end_lineno or first) + 1)
    text = "".join(linecache.getline(last.filename, number) for number in lines)
    named = [f"sql/{one}.sql" for one in _NAMED.findall(text) if (SQL / f"{one}.sql").exists()]
    return ", ".join([*named, f"{path}:{first}"])


def sql_text(value: object) -> str:
    """The value's text as SQL writes it, for statements that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """The name as SQL writes it, whatever it is."""
    return '"' + name.replace('"', '""') + '"'


@cache
def _text(name: str) -> str:
    path = SQL / f"{name}.sql"
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise WarehouseError(f"{path} can't be read: {error.strerror}") from error
