"""What a release's own catalog says: its relations, their columns, and what is said of both."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import duckdb

from flows.store.statements import quoted, statement


@dataclass(frozen=True)
class Column:
    """A column as the catalog has it."""

    name: str
    type: str
    comment: str | None


@dataclass(frozen=True)
class Relation:
    """A table or view of a release, with its columns in their order."""

    schema: str
    name: str
    comment: str | None
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        """As people write it: mart.campaign."""
        return f"{self.schema}.{self.name}"

    @property
    def in_sql(self) -> str:
        """As statements have it, whatever the names are."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"


def relations(con: duckdb.DuckDBPyConnection, database: str | None = None) -> list[Relation]:
    """All relations of a database that is attached under that name; of the one in use for None."""
    rows = con.execute(statement("publish/catalog"), {"database": database}).fetchall()
    return [
        Relation(schema, name, comment, tuple(Column(*row[3:]) for row in group))
        for (schema, name, comment), group in itertools.groupby(rows, key=lambda row: row[:3])
    ]
