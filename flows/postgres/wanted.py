"""What is to stand in PostgreSQL: the public relations of a release, and who may see which rows.

Read off the release's own catalog, so that a new relation comes along by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from flows.ground.zone import WHOLE_ZONE
from flows.postgres.names import READER, fitted, identifier, role_of
from flows.store.statements import statement
from flows.store.views import FOR_COMMANDS

# Schemas of a release that are nobody's but the commands'.
PRIVATE = (FOR_COMMANDS, "main")
# The column by which rows are a department's: in `mart` it has one name, elsewhere (单位 is a unit as
# well) it is named here, or no department sees the relation.
IN_MART = "department"
ELSEWHERE = {
    "看板.各单位": "单位",
    "看板.项目": "牵头单位",
    "看板.报送情况": "单位",
}
# Relations without it tell of the zone or of several departments. Those that only name things are
# for departments as well; whatever else comes is not, before somebody thought of it.
_LABELS = re.compile(r"mart\.(dim_\w+|release)")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
# DuckDB's types: PostgreSQL's, and what is read where that isn't the column as it is.
_KINDS = {
    "BOOLEAN": ("boolean", ""),
    "TINYINT": ("smallint", "{}::smallint"),
    "UTINYINT": ("smallint", "{}::smallint"),
    "SMALLINT": ("smallint", ""),
    "USMALLINT": ("integer", "{}::integer"),
    "INTEGER": ("integer", ""),
    "UINTEGER": ("bigint", "{}::bigint"),
    "BIGINT": ("bigint", ""),
    "UBIGINT": ("numeric(20,0)", "{}::decimal(20, 0)"),
    "HUGEINT": ("numeric(38,0)", "{}::decimal(38, 0)"),
    "FLOAT": ("real", ""),
    "DOUBLE": ("double precision", ""),
    "DATE": ("date", ""),
    "TIMESTAMP": ("timestamp without time zone", ""),
    "TIMESTAMP WITH TIME ZONE": ("timestamp with time zone", ""),
    "BLOB": ("bytea", ""),
}
# PostgreSQL's texts hold no character of the number zero.
_TEXT = "replace({}::varchar, chr(0), '')"


@dataclass(frozen=True)
class Column:
    """A column: its name and type in PostgreSQL, and the expression that reads it in DuckDB."""

    name: str
    kind: str
    comment: str | None
    read: str


@dataclass(frozen=True)
class Relation:
    """A relation as it is to stand in PostgreSQL, and where the release has it."""

    schema: str
    name: str
    comment: str | None
    columns: tuple[Column, ...]
    source: str
    """Its full name in DuckDB."""

    @property
    def full_name(self) -> str:
        return identifier(self.schema, self.name)

    @property
    def of_department(self) -> str | None:
        """The column that says whose a row is; None: no row is a department's own."""
        place = f"{self.schema}.{self.name}"
        wanted = IN_MART if self.schema == "mart" else ELSEWHERE.get(place)
        return next((one.name for one in self.columns if one.name == wanted), None)

    @property
    def is_for_departments(self) -> bool:
        """Whether departments may see it, all of it or their rows."""
        return self.of_department is not None or bool(
            _LABELS.fullmatch(f"{self.schema}.{self.name}")
        )

    @property
    def query(self) -> str:
        """What reads it from the release, its columns named and typed for PostgreSQL."""
        columns = ", ".join(f"{one.read} as {identifier(one.name)}" for one in self.columns)
        return f"select {columns} from {self.source}"  # noqa: S608 - names of the catalog, quoted


@dataclass(frozen=True)
class Access:
    """Who may see what: the reader all, each department role the rows of its department."""

    departments: tuple[tuple[str, str], ...]
    """Role and department, of the roles that there are."""
    has_reader: bool = True

    def roles(self, relation: Relation) -> Iterator[str]:
        """The roles that may select from the relation."""
        if self.has_reader:
            yield READER
        if relation.is_for_departments:
            yield from (role for role, _ in self.departments)

    def rows(self, relation: Relation) -> Iterator[tuple[str, str | None]]:
        """Of a relation whose rows are departments': each role, and whose it sees (None: all)."""
        if relation.of_department is not None:
            if self.has_reader:
                yield READER, None
            yield from self.departments


def roles_of(departments: Sequence[str]) -> dict[str, str | None]:
    """Every role that there should be, and its department; the reader's is None."""
    return {READER: None} | {role_of(one): one for one in departments if one != WHOLE_ZONE}


def relations_of(con: duckdb.DuckDBPyConnection) -> list[Relation]:
    """The public relations of the release that is open, tables and views, in order of their names."""
    found: dict[tuple[str, str, str | None], list[Column]] = {}
    for schema, relation, comment, name, kind, said in con.execute(
        statement("postgres/released"), {"private": list(PRIVATE)}
    ).fetchall():
        found.setdefault((schema, relation, comment), []).append(_column(name, kind, said))
    return [
        Relation(fitted(schema), fitted(name), comment, tuple(columns), identifier(schema, name))
        for (schema, name, comment), columns in found.items()
    ]


def _column(name: str, kind: str, comment: str | None) -> Column:
    source = identifier(name)
    if found := _DECIMAL.fullmatch(kind):
        wanted, read = f"numeric({found[1]},{found[2]})", ""
    elif kind == "JSON":
        wanted, read = "json", "{}::varchar"
    elif kind.endswith("]") or kind.startswith(("STRUCT(", "MAP(", "UNION(")):
        wanted, read = "json", "to_json({})::varchar"
    else:
        wanted, read = _KINDS.get(kind, ("text", _TEXT))
    return Column(fitted(name), wanted, comment, read.format(source) if read else source)
