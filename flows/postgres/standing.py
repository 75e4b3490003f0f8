"""What stands in the database: the server, guoban's roles and schemas, their tables, who may see what."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flows.store.statements import statement

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Puts a query to the database and gives its rows."""
# What is said of a schema that guoban made: whose figures, of which release.
_MARK = re.compile(r"guoban (\S+) (.+)", re.DOTALL)


@dataclass(frozen=True)
class Server:
    """The server, and what whoever is logged in may do there."""

    version: str
    encoding: str
    database: str
    login: str
    may_create_roles: bool
    may_create_schemas: bool


@dataclass(frozen=True)
class Mark:
    """Which release of which zone a schema holds."""

    release: str
    zone: str

    def __str__(self) -> str:
        return f"guoban {self.release} {self.zone}"


@dataclass(frozen=True)
class Schema:
    """A schema of whomever; `mark` is None where guoban didn't make it."""

    mark: Mark | None
    is_own: bool
    """Whether it is the login's, or of a role that the login is a member of."""

    @property
    def is_copied_to(self) -> bool:
        """Whether guoban made it: anybody may say so of a schema of theirs."""
        return self.mark is not None and self.is_own


@dataclass
class Table:
    """A table in a schema of ours: its columns' types and comments, in order."""

    comment: str | None
    has_row_security: bool
    kinds: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)


Grant = tuple[str, str | None, str]
"""Schema, table (None: the schema itself), role."""
Place = tuple[str, str]
"""Schema and name."""


@dataclass(frozen=True)
class Policy:
    """Who sees which rows of a table: a role, and the condition as PostgreSQL writes it."""

    roles: str
    kind: str
    condition: str


@dataclass(frozen=True)
class Standing:
    """All of it."""

    schemas: dict[str, Schema]
    tables: dict[Place, Table]
    grants: set[Grant]
    policies: dict[tuple[str, str, str], Policy]
    """By schema, table and the policy's name."""


def server(ask: Ask) -> Server:
    """Who answers, and as whom."""
    return Server(*ask(statement("postgres/server"))[0])


def roles(ask: Ask) -> set[str]:
    """The roles of guoban's that there are."""
    return {role for (role,) in ask(statement("postgres/roles"))}


def schemas(ask: Ask) -> dict[str, Schema]:
    """Every schema by its name."""
    return {
        name: Schema(_mark(comment), is_own)
        for name, comment, is_own in ask(statement("postgres/schemas"))
    }


def standing(ask: Ask) -> Standing:
    """What is there of guoban's."""
    tables: dict[Place, Table] = {}
    for schema, name, comment, has_rows, column, kind, said in ask(statement("postgres/relations")):
        table = tables.setdefault((schema, name), Table(comment, has_rows))
        table.kinds[column] = kind
        table.comments[column] = said
    return Standing(
        schemas(ask),
        tables,
        {(schema, name, role) for schema, name, role in ask(statement("postgres/grants"))},
        {
            (schema, name, policy): Policy(*how)
            for schema, name, policy, *how in ask(statement("postgres/policies"))
        },
    )


def _mark(comment: str | None) -> Mark | None:
    found = _MARK.fullmatch(comment or "")
    return Mark(*found.groups()) if found else None
