"""The statements that make of what stands in the database what is wanted there, and nothing else.

Tables stay as long as their columns do: views that others made over them, and what they were
granted, stay with them. Names come from the catalog of the release, its comments from our own
declarations, departments from `zone.toml`; all are quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.postgres.names import identifier, is_ours, literal
from flows.postgres.standing import Grant, Mark, Place, Policy, Standing
from flows.postgres.wanted import Access, Relation

# Names that PostgreSQL writes without quotes.
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_POLICY_KIND = "PERMISSIVE SELECT"


@dataclass(frozen=True)
class Changes:
    """What is to be done, in this order; between the first two the tables are filled."""

    structure: list[str]
    """Schemas, tables, columns and policies: for these nobody may be reading the table."""
    words: list[str]
    """Comments, grants, and the mark that says which release it is. Readers go on."""
    is_made: frozenset[Place]
    """The tables that are made anew, which are empty."""


def changes(relations: Sequence[Relation], access: Access, mark: Mark, there: Standing) -> Changes:
    """What has to be done; all of it is empty where everything is as it should be."""
    made = frozenset(_made(relations, there))
    structure = [*_spaces(relations, there), *_tables(relations, there, made)]
    structure += _row_security(relations, there, made)
    structure += _policies(relations, access, there, made)
    words = [*_comments(relations, there, made), *_grants(relations, access, there, made)]
    words += [
        f"comment on schema {identifier(schema)} is {literal(str(mark))}"
        for schema in _schemas(relations)
        if schema not in there.schemas or there.schemas[schema].mark != mark
    ]
    return Changes(structure, words, made)


def _schemas(relations: Sequence[Relation]) -> list[str]:
    return list(dict.fromkeys(one.schema for one in relations))


def _made(relations: Sequence[Relation], there: Standing) -> Iterator[Place]:
    """Those that are not there, or have columns that no longer come or are of another type."""
    for one in relations:
        table = there.tables.get((one.schema, one.name))
        wanted = {column.name: column.kind for column in one.columns}
        if table is None or not table.kinds.items() <= wanted.items():
            yield one.schema, one.name


def _spaces(relations: Sequence[Relation], there: Standing) -> Iterator[str]:
    for schema in _schemas(relations):
        if schema not in there.schemas:
            yield f"create schema {identifier(schema)}"


def _tables(
    relations: Sequence[Relation], there: Standing, made: frozenset[Place]
) -> Iterator[str]:
    wanted = {(one.schema, one.name): one for one in relations}
    for place in there.tables:
        if place in made or place not in wanted:
            yield f"drop table {identifier(*place)}"
    for schema, space in there.schemas.items():
        if space.is_copied_to and schema not in _schemas(relations):
            yield f"drop schema {identifier(schema)}"
    for place, one in wanted.items():
        if place in made:
            columns = ", ".join(f"{identifier(two.name)} {two.kind}" for two in one.columns)
            yield f"create table {one.full_name} ({columns})"
            continue
        for column in one.columns:
            if column.name not in there.tables[place].kinds:
                yield (
                    f"alter table {one.full_name} add column {identifier(column.name)} {column.kind}"
                )


def _row_security(
    relations: Sequence[Relation], there: Standing, made: frozenset[Place]
) -> Iterator[str]:
    for one in relations:
        place = (one.schema, one.name)
        has_it = place not in made and there.tables[place].has_row_security
        if has_it != (one.of_department is not None):
            does = "disable" if has_it else "enable"
            yield f"alter table {one.full_name} {does} row level security"


def _policies(
    relations: Sequence[Relation], access: Access, there: Standing, made: frozenset[Place]
) -> Iterator[str]:
    """One for each role, of its name. Policies that others made are theirs."""
    for one in relations:
        wanted = {
            role: _condition(one.of_department or "", department)
            for role, department in access.rows(one)
        }
        found = {
            policy: how
            for (schema, name, policy), how in there.policies.items()
            if (schema, name) == (one.schema, one.name)
            and (schema, name) not in made
            and is_ours(policy)
        }
        for role, how in found.items():
            if role not in wanted or how != Policy(role, _POLICY_KIND, wanted[role]):
                yield f"drop policy {identifier(role)} on {one.full_name}"
        for role, condition in wanted.items():
            if found.get(role) != Policy(role, _POLICY_KIND, condition):
                yield (
                    f"create policy {identifier(role)} on {one.full_name} "
                    f"for select to {identifier(role)} using ({condition})"
                )


def _condition(column: str, department: str | None) -> str:
    """The rows of the department (None: all), as PostgreSQL writes it again."""
    if department is None:
        return "true"
    name = column if _PLAIN.fullmatch(column) else identifier(column)
    return f"({name} = {literal(department)}::text)"


def _comments(
    relations: Sequence[Relation], there: Standing, made: frozenset[Place]
) -> Iterator[str]:
    for one in relations:
        place = (one.schema, one.name)
        table = None if place in made else there.tables[place]
        if one.comment != (table.comment if table else None):
            yield f"comment on table {one.full_name} is {_text(one.comment)}"
        for column in one.columns:
            if column.comment != (table.comments.get(column.name) if table else None):
                name = identifier(one.schema, one.name, column.name)
                yield f"comment on column {name} is {_text(column.comment)}"


def _text(comment: str | None) -> str:
    return "null" if comment is None else literal(comment)


def _grants(
    relations: Sequence[Relation], access: Access, there: Standing, made: frozenset[Place]
) -> Iterator[str]:
    wanted: dict[Grant, None] = {}
    for one in relations:
        for role in access.roles(one):
            wanted[one.schema, None, role] = wanted[one.schema, one.name, role] = None
    kept = {grant for grant in there.grants if grant[1] is None or (grant[0], grant[1]) not in made}
    gone = {
        (schema, name)
        for schema, name in there.tables
        if (schema, name) not in {(one.schema, one.name) for one in relations}
    }
    lost_schemas = {schema for schema in there.schemas if schema not in _schemas(relations)}
    for schema, name, role in sorted(kept, key=str):
        is_gone = schema in lost_schemas or (name is not None and (schema, name) in gone)
        if (schema, name, role) not in wanted and not is_gone:
            yield f"revoke {_right(schema, name)} from {identifier(role)}"
    for schema, name, role in wanted:
        if (schema, name, role) not in kept:
            yield f"grant {_right(schema, name)} to {identifier(role)}"


def _right(schema: str, name: str | None) -> str:
    if name is None:
        return f"usage on schema {identifier(schema)}"
    return f"select on table {identifier(schema, name)}"
