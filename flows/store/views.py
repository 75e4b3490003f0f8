"""The SQL below `sql/` made into views of the working database, each after what it reads from.

A file's path is its relation's name: `sql/mart/campaign.sql` makes `mart.campaign`. Adding a view
is adding a file. What the views say is theirs; publishing them is left to `flows.publish.release`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

import schemas
from flows.ground.errors import WarehouseError
from flows.store.statements import SQL, filled, key_of, said_in_head, sql_text
from schemas.declare import Column, Cycle, Return
from schemas.indicators import headline_fields

# Schemas with a file for each relation; those of `each` come from a file for each kind of relation.
SCHEMAS = ("stg", "int", "live", "detail", "mart", "changes", "看板")
# Those that are published; everything else is private.
# What only guoban's own commands read of it has a schema of its own.
FOR_COMMANDS = "detail"
PUBLISHED_SCHEMAS = ("mart", "看板", FOR_COMMANDS)
_MADE = ("filed", "accepted", "entries", "standing", "near", "cells")
_KNOWN = (*SCHEMAS, *_MADE, "record")
_PRIVATE = re.compile(rf'\b(?:{"|".join({*_KNOWN, "core", "rows"} - {*PUBLISHED_SCHEMAS})})"?\.')
_PUBLIC = re.compile(rf'\b(?:{"|".join(PUBLISHED_SCHEMAS)})"?\.')
_REFERENCE = re.compile(rf"\b(?:from|join)\s+((?:{'|'.join(_KNOWN)})\.\w+)|\b(stg\.\w+)\(")
# Comments and quoted text may name relations that the file doesn't read.
_ASIDE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
# A column of the last select, with what is said of it behind it.
_COLUMN = re.compile(r'^    (?:.*\bas )?(?:\w+\.)?"?(\w+)"?,? -- (.+)$', re.MULTILINE)


@dataclass(frozen=True)
class _Relation:
    """One relation to be made: its text, the file it comes from, what is said of its columns."""

    text: str
    path: Path
    comments: Mapping[str, str] = field(default_factory=dict)


def build(con: duckdb.DuckDBPyConnection, folder: Path = SQL) -> list[str]:
    """Makes every view (and macro) of the folder anew, and returns their names in the order made.

    What an earlier build made and no file makes any more is gone; what is on record stays. Raises
    WarehouseError, naming the file, where one can't be made, reads what no file makes, or where
    files read each other in a circle.
    """
    relations = _relations(folder)
    names = _in_order(relations)
    for schema in (*SCHEMAS, *_MADE):
        con.execute(f"drop schema if exists {schema} cascade")
        con.execute(f"create schema {schema}")
    for name in names:
        try:
            con.execute(_statement(con, name, relations[name]))
        except duckdb.Error as error:
            raise WarehouseError(f"{_shown(relations[name])} can't be made: {error}") from error
    made = {
        name
        for (name,) in con.execute(
            "select schema_name || '.' || view_name from duckdb_views() "
            "where not internal and database_name = current_database() "
            "union all select schema_name || '.' || table_name from duckdb_tables() "
            "where not internal and database_name = current_database() "
            "union all select schema_name || '.' || function_name from duckdb_functions() "
            "where not internal and database_name = current_database()"
        ).fetchall()
    }
    for name in names:
        if name not in made:
            raise WarehouseError(f"{_shown(relations[name])} doesn't make {name}")
    _explain_columns(con, relations, names)
    return names


def keys(folder: Path = SQL) -> dict[str, tuple[str, ...]]:
    """The key of every published relation that has one, by its full name: `mart.campaign`.

    It is said in the head of the relation's file, and nowhere else. No two rows of it are alike in
    these columns.
    """
    found = {
        name: key_of(one.text)
        for name, one in sorted(_relations(folder).items())
        if name.partition(".")[0] in PUBLISHED_SCHEMAS
    }
    return {name: key for name, key in found.items() if key}


def grains(folder: Path = SQL) -> dict[str, str]:
    """What one row of a published relation is, as the head of its file says, by its full name."""
    found = {
        name: said_in_head(one.text, "grain")
        for name, one in _relations(folder).items()
        if name.partition(".")[0] in PUBLISHED_SCHEMAS
    }
    return {name: grain for name, grain in found.items() if grain}


def rests_on_published(sql: str) -> bool:
    """Whether a view, by the text that the database has of it, reads published relations alone."""
    query = sql.partition(" AS ")[2]
    return bool(_PUBLIC.search(query)) and not _PRIVATE.search(query)


def _relations(folder: Path) -> dict[str, _Relation]:
    """All that the folder's files make, by name."""
    relations = dict(_each(folder))
    for schema in SCHEMAS:
        for path in sorted((folder / schema).glob("*.sql")):
            name = f"{schema}.{path.stem}"
            # A return's own file takes the place of the one that it would have like all others.
            comments = relations[name].comments if name in relations else {}
            text = path.read_text("utf-8")
            relations[name] = _Relation(text, path.relative_to(folder), comments)
    return relations


def _statement(con: duckdb.DuckDBPyConnection, name: str, relation: _Relation) -> str:
    """What makes the relation; of the record an empty table with the columns of its query.

    A table made by the query itself (`create table … as`) loses rows of what is inserted in the
    same transaction, once they are many (DuckDB 2.0).
    """
    if not name.startswith("record."):
        return relation.text
    columns = con.execute(f"describe {relation.text}").fetchall()
    listed = ", ".join(f'"{column}" {kind}' for column, kind, *_ in columns)
    return f"create table if not exists {name} ({listed})"


def _each(folder: Path) -> Iterator[tuple[str, _Relation]]:
    """The relations that every return, or every relation on record, has: from `sql/each/`."""
    for model in schemas.all_returns():
        form = model.form()
        kinds = ["return", _KIND[form.cycle], *(["measured"] if headline_fields(form.slug) else [])]
        parts = _parts(model)
        for kind in kinds:
            for path in sorted((folder / "each" / kind).glob("*.sql")):
                text = filled(path.read_text("utf-8"), parts)
                comments = model.comments() if path.stem == "mart" else {}
                yield (
                    f"{path.stem}.{form.slug}",
                    _Relation(text, path.relative_to(folder), comments),
                )
    for live in sorted((folder / "live").glob("*.sql")):
        key = ", ".join(key_of(live.read_text("utf-8")))
        for path in sorted((folder / "each" / "recorded").glob("*.sql")):
            text = filled(path.read_text("utf-8"), {"relation": live.stem, "key": key})
            yield f"{path.stem}.{live.stem}", _Relation(text, path.relative_to(folder))


_KIND = {
    Cycle.CUMULATIVE: "cumulative",
    Cycle.LEDGER: "ledger",
    Cycle.SNAPSHOT: "snapshot",
    Cycle.FLOW: "flow",
}


def _parts(model: type[Return]) -> dict[str, str]:
    """What the files of `each` may ask of a return, written as SQL."""
    form, columns = model.form(), model.columns()
    return {
        "slug": form.slug,
        "number": form.number,
        "title": form.title,
        "key": ", ".join(form.key),
        "cells": ", ".join(f"'{name}': {name}::varchar" for name in headline_fields(form.slug)),
        "published": ",\n    ".join(_published(name, one) for name, one in columns.items()),
        **(_parts_of_ledger(model) if form.cycle is Cycle.LEDGER else {}),
    }


def _parts_of_ledger(model: type[Return]) -> dict[str, str]:
    """What tells a ledger's entries apart: their number, and whether a row tells one again."""
    date, *others = known_by = model.form().known_by or model.own_key()[:1]
    is_same = [f"later.{date} = earlier.{date}"]
    is_same += [f"stg.name_key(later.{name}) = stg.name_key(earlier.{name})" for name in others]
    return {
        "own_number": " || '/' || ".join(
            f"stg.name_key({name}::varchar)" for name in model.own_key()
        ),
        "known_by": ", ".join(known_by),
        "is_same": f"({' or '.join(is_same)}) and {_IS_OVER.format(date=date)}"
        if others
        else _ONE_YEAR,
        "state": "status" if "status" in model.columns() else "true",
    }


_ONE_YEAR = "year(later.report_month) = year(earlier.report_month)"
# An entry that a ledger of an earlier year told was over by then.
_IS_OVER = f"({_ONE_YEAR} or later.{{date}} <= last_day(earlier.report_month))"


def _published(name: str, column: Column) -> str:
    if column.is_personal:
        return f"stg.masked({name}) as {name}"
    return f"stg.masked_phones({name}) as {name}" if column.is_free_text else name


def _explain_columns(
    con: duckdb.DuckDBPyConnection, relations: Mapping[str, _Relation], names: Iterable[str]
) -> None:
    """Comments on columns: as their own file says, else as what they are taken from does.

    Of several relations that have a column of that name the one read first says it.
    """
    said: dict[str, dict[str, str]] = {}
    columns: dict[str, list[str]] = {}
    for name, column in con.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() "
        "where database_name = current_database() and list_contains(?, schema_name)",
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall():
        columns.setdefault(name, []).append(column)
    statements = []
    for name in names:
        own = _COLUMN.findall(relations[name].text.rpartition("\nselect\n")[2])
        known: dict[str, str] = {}
        for read in reversed(_read_by(relations[name])):
            known |= said.get(read.replace("record.", "live.", 1), {})
        said[name] = {**known, **relations[name].comments, **dict(own)}
        statements += [
            f'comment on column {name}."{column}" is {sql_text(said[name][column])};'
            for column in columns.get(name, ())
            if column in said[name]
        ]
    statements += _explain_keys(con, relations)
    con.execute("".join(statements) or "select 1")


def _explain_keys(
    con: duckdb.DuckDBPyConnection, relations: Mapping[str, _Relation]
) -> Iterator[str]:
    """What is said of a published relation ends with its key."""
    for name, comment in con.execute(
        "select schema_name || '.' || view_name, comment from duckdb_views() "
        "where not internal and database_name = current_database() and comment is not null "
        "and list_contains(?, schema_name)",
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall():
        if key := key_of(relations[name].text):
            said = f"{comment}。主键：{'、'.join(key)}"
            yield f"comment on view {name} is {sql_text(said)};"


def _read_by(relation: _Relation) -> list[str]:
    """The relations and macros that its text reads, in the order in which it names them."""
    found = _REFERENCE.findall(_ASIDE.sub(" ", relation.text))
    return list(dict.fromkeys(table or macro for table, macro in found))


def _in_order(relations: Mapping[str, _Relation]) -> list[str]:
    """The relations' names, each after those it reads from, else by schema and name."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, relation in relations.items():
        read = {*_read_by(relation)} - {name}
        unknown = sorted(read - relations.keys())
        if unknown:
            raise WarehouseError(f"{_shown(relation)} reads {', '.join(unknown)}: no file makes it")
        sorter.add(name, *sorted(read))
    try:
        return list(sorter.static_order())
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise WarehouseError(f"views read each other in a circle: {circle}") from error


def _shown(relation: _Relation) -> str:
    return f"sql/{relation.path.as_posix()}"
