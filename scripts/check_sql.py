"""Parses every SQL file below `sql/` and looks for what the house does not write.

For `make check`. Prints file and error, and exits with 1 where anything is wrong: text that is no
DuckDB SQL, `select *` out of a mart, and casts to floating point, which amounts never pass through.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

# Where a statement is filled in (`flows.store.statements`): parsed as the name that stands there.
PLACE = re.compile(r"\{(\w+)\}")
# A macro's parameter with a default, which sqlglot doesn't know.
DEFAULT = re.compile(r"\b(\w+) := null(?=[,\s])")
# What is said of a macro, which it doesn't know either.
ON_MACRO = re.compile(r"^comment on macro table [\w.]+ is '[^']*';$", re.MULTILINE)
FLOATS = {exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT}


def dialect_of(path: Path) -> str:
    """Whose SQL the file is: a header that begins with PostgreSQL says so."""
    return "postgres" if path.read_text("utf-8").startswith("-- PostgreSQL") else "duckdb"


def faults(path: Path, *, is_mart: bool) -> Iterator[str]:
    """What is wrong with the file, in words."""
    try:
        text = DEFAULT.sub(r"\1", PLACE.sub(r"\1", path.read_text("utf-8")))
        text = ON_MACRO.sub("", text)
        statements = sqlglot.parse(text, dialect=dialect_of(path))
    except (SqlglotError, UnicodeDecodeError) as error:
        yield str(error)
        return
    for statement in statements:
        # sqlglot keeps a statement that it doesn't know as a command, unparsed.
        if isinstance(statement, exp.Command):
            yield f"not understood: {statement.sql()[:80]}"
        elif statement is not None:
            yield from _faults_of(statement, is_mart=is_mart)


def _faults_of(statement: exp.Expr, *, is_mart: bool) -> Iterator[str]:
    if is_mart and any(select.is_star for select in statement.find_all(exp.Select)):
        yield "select * in a mart: name the columns"
    for cast in statement.find_all(exp.Cast):
        if cast.to.this in FLOATS:
            yield f"{cast.sql(dialect='duckdb')}: amounts and rates are decimals"


def main(folder: Path) -> int:
    """Checks every file below the folder. 0 where all are sound."""
    files = sorted(folder.rglob("*.sql"))
    found = [
        f"{path.relative_to(folder.parent)}: {fault}"
        for path in files
        for fault in faults(path, is_mart="mart" in path.relative_to(folder).parts)
    ]
    print(*found, f"{len(files)} SQL files, {len(found)} faults", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(Path(given[0]) if given else Path(__file__).resolve().parent.parent / "sql"))
