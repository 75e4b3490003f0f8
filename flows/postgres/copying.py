"""One copy of the newest release, in one transaction: readers see the release before it, then this one.

Tables are emptied and filled, not put in the place of others: a statement that runs meanwhile sees one
release whole, whatever it reads, and nobody waits. Where columns or rights change, which they do when
guoban or `zone.toml` does, readers wait until the copy is done.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from flows.ground.database_url import for_driver
from flows.ground.errors import PublicationError
from flows.ground.notes import Note
from flows.postgres import standing
from flows.postgres.changes import Changes, changes
from flows.postgres.names import READER, identifier, literal
from flows.postgres.standing import Mark, Server
from flows.postgres.wanted import Access, Relation, relations_of, roles_of
from flows.publish.current import newest_file

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection

# A server that is away is told of soon; so is one that goes away half-way.
_OPTIONS = {
    "application_name": "guoban",
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
# What the server minds for us: a copy whose machine has gone holds nothing for long.
_SESSION = (
    # Whoever may create in a schema of the usual path (before PostgreSQL 15 everybody in `public`)
    # could have functions of theirs called by our queries, with the login's rights.
    "set search_path = pg_catalog",
    "set standard_conforming_strings = on",
    "set client_min_messages = warning",
    "set tcp_keepalives_idle = 10",
    "set tcp_keepalives_interval = 5",
    "set tcp_keepalives_count = 3",
    "set idle_in_transaction_session_timeout = '60s'",
)
# Less than PostgreSQL waits before it looks for deadlocks: a reader is never ended for a copy.
_STRUCTURE_WAIT = "set local lock_timeout = '500ms'"
_ROWS_AT_ONCE = 50_000
# Any number, the same for every copy: two at a time would undo each other's work.
_LOCK = 71_306_519


@dataclass(frozen=True)
class Publisher:
    """Whose figures are copied: the warehouse, its zone, and the zone's departments."""

    warehouse: Path
    zone: str
    former_names: tuple[str, ...]
    departments: tuple[str, ...]


@dataclass(frozen=True)
class Copied:
    """What came of it: the release that stands there now, and what was written for it."""

    release: str
    relations: int
    rows: int
    notes: tuple[Note, ...] = ()


@contextlib.contextmanager
def connected(url: str, *, autocommit: bool = False) -> Iterator[Connection]:
    """The database, with what its server is to mind set. Imports the driver."""
    import adbc_driver_postgresql.dbapi as driver  # noqa: PLC0415 - only `guoban[postgres]` has it

    with contextlib.closing(
        driver.connect(for_driver(url, _OPTIONS), autocommit=autocommit)
    ) as con:
        for words in _SESSION:
            do(con, words)
        yield con


def do(con: Connection, statement: str) -> None:
    """Runs a statement that gives no rows."""
    with con.cursor() as cursor:
        cursor.execute(statement)


def ask(con: Connection, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with con.cursor() as cursor:
        cursor.execute(query)
        return [tuple(row) for row in cursor.fetchall()]


def copy(url: str, this: Publisher, seconds: float) -> Copied:
    """Has the database hold the newest release; nothing is done where it does.

    Raises PublicationError where it can't be done and why is known, else what the driver raises;
    then what stood there before still does.
    """
    with connected(url) as con:
        do(con, f"set statement_timeout = {int(seconds * 1000)}")
        do(con, f"set local lock_timeout = {int(seconds * 1000)}")
        do(con, f"select pg_advisory_xact_lock({_LOCK})")
        server = standing.server(lambda query: ask(con, query))
        _assert_encoding(server)
        # Only now: while this one waited, another may have published, and copied that.
        path = newest_file(this.warehouse)
        access, notes = _access(con, server, this)
        with contextlib.closing(duckdb.connect(str(path), read_only=True)) as release:
            release.execute("set threads = 1")
            relations = relations_of(release)
            mark = Mark(path.parent.name, this.zone)
            _assert_ours(con, relations, this, server)
            there = standing.standing(lambda query: ask(con, query))
            todo = changes(relations, access, mark, there)
            marks = {one.mark for one in there.schemas.values() if one.is_copied_to}
            is_there = marks == {mark}
            filled = [
                one for one in relations if not is_there or (one.schema, one.name) in todo.is_made
            ]
            rows = _write(con, release, todo, filled)
        con.commit()
    if filled:
        _tidy(url, filled)
    return Copied(mark.release, len(filled), rows, notes)


def _write(
    con: Connection,
    release: duckdb.DuckDBPyConnection,
    todo: Changes,
    filled: Sequence[Relation],
) -> int:
    if todo.structure:
        do(con, _STRUCTURE_WAIT)
        _do_all(con, todo.structure)
    do(con, "set local lock_timeout = '10s'")
    rows = 0
    for one in filled:
        if (one.schema, one.name) not in todo.is_made:
            do(con, f"delete from {one.full_name}")  # noqa: S608 - a quoted name
        rows += _fill(con, release, one)
    _do_all(con, todo.words)
    return rows


def _do_all(con: Connection, statements: Sequence[str]) -> None:
    """All in one go: one by one they take as long as the rows."""
    if statements:
        body = "; ".join(statements)
        do(con, f"do {literal(f'begin {body}; end')}")


def _fill(con: Connection, release: duckdb.DuckDBPyConnection, one: Relation) -> int:
    batches = release.sql(one.query).to_arrow_reader(_ROWS_AT_ONCE)
    with con.cursor() as cursor:
        return int(cursor.adbc_ingest(one.name, batches, mode="append", db_schema_name=one.schema))


def _tidy(url: str, filled: Sequence[Relation]) -> None:
    """Frees the room of the rows before, and counts for the planner; it happens by itself, later."""
    with contextlib.suppress(Exception), connected(url, autocommit=True) as con:
        for one in filled:
            do(con, f"vacuum (analyze, truncate false) {one.full_name}")


def _access(con: Connection, server: Server, this: Publisher) -> tuple[Access, tuple[Note, ...]]:
    """Who may see what, by the roles there are. Makes those that are missing, or says how."""
    wanted = roles_of(this.departments)
    found = standing.roles(lambda query: ask(con, query))
    missing = [role for role in wanted if role not in found]
    notes: tuple[Note, ...] = ()
    if missing and server.may_create_roles:
        _do_all(con, role_statements(missing))
        found |= {*missing}
    elif missing:
        notes = (missing_note(missing, server),)
    departments = tuple(
        (role, department)
        for role, department in wanted.items()
        if department is not None and role in found
    )
    return Access(departments, has_reader=READER in found), notes


def role_statements(roles: Sequence[str]) -> list[str]:
    """What makes the roles; nobody can log in as one, logins are made members."""
    return [f"create role {identifier(one)} nologin" for one in roles]


def missing_note(missing: Sequence[str], server: Server) -> Note:
    """What an administrator of the database must do once."""
    sql = "; ".join(role_statements(missing)) + ";"
    return Note(
        f"in PostgreSQL {len(missing)} roles are missing, and {server.login} may not create roles; an "
        f"administrator of the database runs once: {sql} The next refresh grants them what they may see",
        f"PostgreSQL中缺少{len(missing)}个角色，而{server.login}无权创建角色；"
        f"请数据库管理员执行一次：{sql} 下次刷新时会授予相应权限",
    )


def _assert_encoding(server: Server) -> None:
    if server.encoding != "UTF8":
        raise PublicationError(
            f"the database {server.database} is encoded in {server.encoding}, not in UTF8; make one with "
            f"create database … encoding 'UTF8' template template0",
            f"数据库{server.database}的编码是{server.encoding}，不是UTF8；"
            f"请用create database … encoding 'UTF8' template template0新建",
        )


def _assert_ours(
    con: Connection, relations: Sequence[Relation], this: Publisher, server: Server
) -> None:
    """Nothing is touched that guoban didn't make, or made for another zone."""
    there = standing.schemas(lambda query: ask(con, query))
    names = {this.zone, *this.former_names}
    ours = {one.schema for one in relations}
    for schema in sorted(ours | {name for name, space in there.items() if space.is_own}):
        space = there.get(schema)
        if space is None:
            if not server.may_create_schemas:
                database, login = identifier(server.database), identifier(server.login)
                sql = f"grant create on database {database} to {login};"
                raise PublicationError(
                    f"{server.login} may not create schemas; an administrator of the database runs once: {sql}",
                    f"{server.login}无权创建模式（schema）；请数据库管理员执行一次：{sql}",
                )
        elif space.mark is not None:
            if space.mark.zone not in names:
                raise PublicationError(
                    f"the database {server.database} holds the figures of {space.mark.zone}, this is "
                    f"{this.zone}; each zone has a database of its own",
                    f"数据库{server.database}中是{space.mark.zone}的数据，而本区是{this.zone}；"
                    "每个开发区应各用一个数据库",
                )
            if not space.is_own:
                raise PublicationError(
                    f"the schema {schema} is another role's; log in as that one, or hand all over to "
                    f"{server.login} (reassign owned)",
                    f"模式{schema}属于另一个角色；请用该角色登录，或移交给{server.login}（reassign owned）",
                )
        elif schema in ours:
            raise PublicationError(
                f"the database {server.database} has a schema {schema} that guoban didn't make; rename "
                "it, or give guoban a database of its own",
                f"数据库{server.database}中已有不是guoban建立的模式{schema}；请改名，或给guoban单独建一个数据库",
            )
