"""The SQL below `sql/` made into views of the working database, each after what it reads from.

A file's path is its relation's name: `sql/mart/campaign.sql` makes `mart.campaign`. Adding a view
is adding a file. What the views say is theirs; publishing them is left to `flows.publish.release`.
"""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

from flows.ground.errors import WarehouseError
from flows.ground.settings import PROJECT

SQL = PROJECT / "sql"
SCHEMAS = ("stg", "int", "detail", "mart", "changes")
_REFERENCE = re.compile(rf"\b(?:{'|'.join(SCHEMAS)})\.\w+")
# Comments and quoted text may name relations that the file doesn't read.
_ASIDE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)


def build(con: duckdb.DuckDBPyConnection, folder: Path = SQL) -> list[str]:
    """Makes every view (and macro) of the folder anew, and returns their names in the order made.

    What an earlier build made and no file makes any more is gone. Raises WarehouseError, naming
    the file, where one can't be made, reads what no file makes, or where files read each other in
    a circle.
    """
    files = {
        f"{schema}.{path.stem}": path
        for schema in SCHEMAS
        for path in sorted((folder / schema).glob("*.sql"))
    }
    texts = {name: path.read_text("utf-8") for name, path in files.items()}
    names = _in_order(texts)
    for schema in SCHEMAS:
        con.execute(f"drop schema if exists {schema} cascade")
        con.execute(f"create schema {schema}")
    for name in names:
        try:
            con.execute(texts[name])
        except duckdb.Error as error:
            raise WarehouseError(f"{_shown(name)} can't be made: {error}") from error
    made = {
        name
        for (name,) in con.execute(
            "select schema_name || '.' || view_name from duckdb_views() "
            "where not internal and database_name = current_database() "
            "union all select schema_name || '.' || function_name from duckdb_functions() "
            "where not internal and database_name = current_database()"
        ).fetchall()
    }
    for name in names:
        if name not in made:
            raise WarehouseError(f"{_shown(name)} doesn't make {name}")
    return names


def _in_order(texts: dict[str, str]) -> list[str]:
    """The relations' names, each after those it reads from, else by schema and name."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, text in texts.items():
        read = set(_REFERENCE.findall(_ASIDE.sub(" ", text))) - {name}
        unknown = sorted(read - texts.keys())
        if unknown:
            raise WarehouseError(f"{_shown(name)} reads {', '.join(unknown)}: no file makes it")
        sorter.add(name, *sorted(read))
    try:
        return list(sorter.static_order())
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise WarehouseError(f"views read each other in a circle: {circle}") from error


def _shown(name: str) -> str:
    schema, _, relation = name.partition(".")
    return f"sql/{schema}/{relation}.sql"
