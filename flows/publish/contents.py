"""What a release holds, told by numbers: the same data have the same fingerprint, whenever published.

A relation's number for a month is the sum of its rows' hashes, so the order of rows is nothing to it,
and where some months are renewed only theirs are worked out. A row's hash is the last eight bytes, the
lowest first, of the MD5 of its values as text, joined by U+001F, a null as U+001E; so anybody can work
it out (`int.from_bytes(hashlib.md5(text).digest()[8:], "little")`). Left out is when something
happened: times, and the relations that are a record of events.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

import duckdb

from flows.store.statements import sql_text, statement

RELATION = "detail.release_contents"
# What happened when, and the release itself: the same data may have come by another way.
_OF_EVENTS = frozenset({"acts", "figure_changes", "refreshes", "release"})

Sum = tuple[str, dt.date | None, int, int]
"""A relation, the month (None for rows of none), how many rows, the sum of their hashes."""


def is_data(schema: str, relation: str) -> bool:
    """Whether the relation holds data, and is no record of events."""
    return schema == "mart" and relation not in _OF_EVENTS


def sums_of(
    con: duckdb.DuckDBPyConnection,
    name: str,
    source: str,
    columns: Sequence[str],
    where: str = "true",
) -> list[Sum]:
    """The sums of a relation's rows by month, or of some; `columns` are those that tell of the data."""
    month = "report_month" if '"report_month"' in columns else "null::date"
    # No string is a list of nothing.
    texts = ", ".join(f"coalesce({column}::varchar, chr(30))" for column in columns) or "''"
    rows = con.execute(
        f"select {month}, count(*), sum(md5_number_lower(concat_ws(chr(31), {texts}))) "  # noqa: S608 - our own names
        f"from {source} where {where} group by all having count(*) > 0"
    ).fetchall()
    # Where there is no month, no row is one of none.
    return [(name, month, count, int(hashes)) for month, count, hashes in rows if count]


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the relation in the release."""
    con.execute(statement("publish/contents"))


def renew(con: duckdb.DuckDBPyConnection, gone: Iterable[str], come: Iterable[Sum]) -> None:
    """Has the release say what it holds: sums that are no longer true, as conditions, and the new ones."""
    for is_gone in gone:
        con.execute(f"delete from release.{RELATION} where {is_gone}")  # noqa: S608 - our own names
    if rows := ", ".join(
        f"({sql_text(name)}, {sql_text(month) if month else 'null'}, {count}, {hashes})"
        for name, month, count, hashes in come
    ):
        con.execute(f"insert into release.{RELATION} values {rows}")  # noqa: S608 - our own names


def read(con: duckdb.DuckDBPyConnection, release: str | None = None) -> list[Sum]:
    """What a release says that it holds: the one attached under that name, else the database at hand."""
    name = f"{release}.{RELATION}" if release else RELATION
    return con.execute(f"from {name}").fetchall()


def alike(some: Iterable[Sum], others: Iterable[Sum]) -> set[str]:
    """The relations of which both say the same."""
    some, others = {*some}, {*others}
    return {one[0] for one in some & others} - {one[0] for one in some ^ others}


def text(sums: Iterable[Sum]) -> str:
    """These in lines, of which the fingerprint is the SHA-256."""
    return "".join(
        sorted(f"{name} {month} {count} {hashes}\n" for name, month, count, hashes in sums)
    )


def tell(con: duckdb.DuckDBPyConnection, sums: Iterable[Sum]) -> None:
    """Has `mart.release` say the fingerprint of these."""
    digest = hashlib.sha256(text(sums).encode()).hexdigest()
    con.execute(f"set variable fingerprint = {sql_text(digest)}")


def fingerprint(con: duckdb.DuckDBPyConnection) -> str:
    """The fingerprint that was told last."""
    ((digest,),) = con.execute("select getvariable('fingerprint')").fetchall()
    return str(digest)
