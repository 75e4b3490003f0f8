"""What a release holds, told by numbers: the same data have the same fingerprint, whenever published.

A relation's number is the sum of its rows' hashes. The order of rows is nothing to it, and where some
rows are renewed theirs are taken away and added. A row's hash is the last eight bytes, the lowest
first, of the MD5 of its values as text, joined by U+001F, a null as U+001E; so anybody can work it out
(`int.from_bytes(hashlib.md5(text).digest()[8:], "little")`). Left out is when something happened: times,
and the relations that are a record of events.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import duckdb

from flows.store.statements import sql_text, statement

RELATION = "detail.release_contents"
# What happened when, and the release itself: the same data may have come by another way.
_OF_EVENTS = frozenset({"acts", "figure_changes", "refreshes", "release"})


class Sum(NamedTuple):
    """What a relation holds: its rows, and the sum of their hashes."""

    row_count: int
    row_hashes: int

    def moved(self, gone: Sum, come: Sum) -> Sum:
        """The same with some rows gone and others come."""
        return Sum(
            self.row_count - gone.row_count + come.row_count,
            self.row_hashes - gone.row_hashes + come.row_hashes,
        )


def is_data(schema: str, relation: str) -> bool:
    """Whether the relation holds data, and is no record of events."""
    return schema == "mart" and relation not in _OF_EVENTS


def sum_of(
    con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str], where: str = "true"
) -> Sum:
    """The sum of a relation's rows, or of some; `columns` are those that tell of the data."""
    # No string is a list of nothing.
    texts = ", ".join(f"coalesce({column}::varchar, chr(30))" for column in columns) or "''"
    ((count, hashes),) = con.execute(
        f"select count(*), coalesce(sum(md5_number_lower(concat_ws(chr(31), {texts}))), 0) "  # noqa: S608 - our own names
        f"from {relation} where {where}"
    ).fetchall()
    return Sum(count, int(hashes))


def read(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, Sum]:
    """What the release attached under that name says that it holds."""
    found = con.execute(
        f"select relation, row_count, row_hashes from {database}.{RELATION}"  # noqa: S608 - our own name
    ).fetchall()
    return {relation: Sum(count, int(hashes)) for relation, count, hashes in found}


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the relation in the release."""
    con.execute(statement("publish/contents"))


def write(con: duckdb.DuckDBPyConnection, sums: Mapping[str, Sum]) -> None:
    """Has the release say what it holds."""
    con.execute(f"delete from release.{RELATION}")  # noqa: S608 - our own name
    if sums:
        rows = ", ".join(f"({sql_text(name)}, {n}, {h})" for name, (n, h) in sorted(sums.items()))
        con.execute(f"insert into release.{RELATION} values {rows}")  # noqa: S608 - our own name


def tell(con: duckdb.DuckDBPyConnection, sums: Mapping[str, Sum]) -> None:
    """Has `mart.release` say the fingerprint."""
    lines = "".join(f"{name} {n} {h}\n" for name, (n, h) in sorted(sums.items()))
    digest = hashlib.sha256(lines.encode()).hexdigest()
    con.execute(f"set variable fingerprint = {sql_text(digest)}")
