"""The finished views as a release: one read-only database file, built aside, checked, and then led to.

BI tools open `<warehouse>/current/guoban.duckdb` at any moment: what was published before stands
until a release is whole, whatever goes wrong. Nothing else touches `releases/`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import duckdb

import schemas
from flows.ground.durable import PUBLIC, fsync, fsync_all
from flows.ground.errors import PublicationError
from flows.ground.settings import PROJECT
from flows.publish import contents
from flows.publish.current import FILE_NAME, clear_links, flip, size_told
from flows.store.changed import NEVER, Changed
from flows.store.statements import quoted, sql_text
from flows.store.views import PUBLISHED_SCHEMAS, rests_on_published
from flows.store.warehouse import is_damage
from schemas.declare import Cycle

LOG = logging.getLogger("guoban")
# The oldest clients that read it are DuckDB 1.4; older storage lacks the check of a foreign WAL.
STORAGE_VERSION = "v1.4.0"
MACROS = PROJECT / "sql" / "release"
# The rows near figures: each changes with its own return alone.
_OF_ROWS = ("headline_candidates", "headline_rows")
# Each row rests on all months, or on what may change with none.
_OF_ALL = ("acts", "months")
# What is declared: where it changes all is made anew.
_DECLARED = ("departments", "dim_indicator", "dim_label", "dim_return")
# Projects are told of by these returns alone.
_OF_PROJECTS = ("signed_projects", "pipeline_projects", "paid_in")
# It says what all others hold, so it is written behind them.
_LAST = "release"
_CONTENTS = 'detail."release_contents"'
# Smaller files are not written anew for the room that is left in them.
_WORN_FROM_BLOCKS = 64
_BUILD = ".build-"

# Has a connection know what was written by its own names.
_AS_THE_RELEASE = "use release; set timezone = 'Asia/Shanghai'"


@dataclass(frozen=True)
class _Column:
    name: str
    comment: str | None
    is_nested: bool
    is_moment: bool


@dataclass(frozen=True)
class _Relation:
    schema: str
    name: str
    comment: str | None
    sql: str
    columns: Sequence[_Column]

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{quoted(self.name)}"

    @property
    def plain_name(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Base:
    """A release of the same views from which all is taken that has not changed since."""

    file: Path
    changed: Changed


@dataclass(frozen=True)
class Written:
    """A release's database that is written and not yet to be seen; more may be put beside it."""

    con: duckdb.DuckDBPyConnection
    """Knows the release's relations by their own names; only to be read, by one thread."""
    folder: Path
    before: Path | None
    """The folder of the release before it, if that has the same relations and columns."""
    unchanged: AbstractSet[tuple[str, str]]
    """Schema and name of the tables that hold what they held in it."""

    @contextlib.contextmanager
    def for_another_thread(self) -> Iterator[Written]:
        """The same by a connection of its own."""
        with contextlib.closing(self.con.cursor()) as con:
            con.execute(_AS_THE_RELEASE)
            yield replace(self, con=con)


def _nothing(_: Written) -> Collection[str]:
    return ()


def publish(
    con: duckdb.DuckDBPyConnection,
    warehouse: Path,
    *,
    run_id: str,
    macros: Path | None = None,
    keep: int = 3,
    record: Callable[[], None] = lambda: None,
    before: Path | None = None,
    base: Base | None = None,
    beside: Callable[[Written], Collection[str]] = _nothing,
) -> Path:
    """Publishes every view of the public schemas as a table of a new release, and returns its file.

    Those that read nothing but published relations are views there, too. `macros` is a folder of SQL
    files that each make a macro over them. Where there is a `base`, only months that have changed
    since are computed. `beside` puts files and folders beside the database, and tells their names; what
    it makes of the same as in the release `before` need not be made again.
    The last `keep` releases stay for clients that still read them. `record` is called when the
    release is finished and not yet to be seen, so that nothing is ever seen that is not on record.
    Call it outside of a transaction, under the warehouse's lock. Raises PublicationError; then what
    was published before stands.
    """
    releases = warehouse / "releases"
    release = releases / run_id
    build = releases / f"{_BUILD}{run_id}"
    try:
        _clear(warehouse, releases)
        build.mkdir(parents=True)
        published = _published(con)
        rows = _renewed(con, build / FILE_NAME, published, base) if base else {}
        if not rows:
            rows = _write(con, build / FILE_NAME, published)
            _add_views(build / FILE_NAME, published, macros)
        with _reading(con, build / FILE_NAME) as reading:
            _fill(reading, build / FILE_NAME)
            others = beside(Written(reading, build, *_compared(reading, published, before)))
        _verify(build / FILE_NAME, rows, published, macro_names(macros) if macros else [], others)
        _seal(build)
        record()
        # What stands there was never led to, or its link is lost, or it can't be read.
        shutil.rmtree(release, ignore_errors=True)
        build.rename(release)
        fsync(releases)
        flip(warehouse, run_id)
    except (OSError, duckdb.Error) as error:
        raise PublicationError(f"the release {run_id} can't be published: {error}") from error
    finally:
        shutil.rmtree(build, ignore_errors=True)
    _prune(releases, run_id, keep)
    return release / FILE_NAME


def _fill(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Makes a written release, which is at hand to be read, as long as its header tells.

    DuckDB cuts off free blocks at the end of a file behind the header that counts them (2.0.0): such a
    file could not be told from one that is cut short. What is added takes no room on a disk.
    """
    if path.stat().st_size < (size := size_told(con)):
        os.truncate(path, size)


def _write(
    con: duckdb.DuckDBPyConnection, path: Path, published: Sequence[_Relation]
) -> dict[str, int]:
    """Writes the release's tables, and returns the rows of each."""
    # A view is bound to the working database; the release holds its rows and none of its private
    # tables.
    con.execute(f"attach {sql_text(path)} as release (storage_version '{STORAGE_VERSION}')")
    try:
        # Each transaction waits for the disk.
        con.begin()
        rows: dict[str, int] = {}
        sums: list[contents.Sum] = []
        for schema in PUBLISHED_SCHEMAS:
            con.execute(f"create schema release.{quoted(schema)}")
        contents.create(con)
        for relation in _tables(published):
            target = f"release.{relation.full_name}"
            columns = relation.columns
            if relation.name == _LAST:
                contents.renew(con, [], sums)
                contents.tell(con, sums)
            con.execute(
                f"create table {target} as from {relation.full_name} order by {_order(columns)}"
            )
            con.execute(_comments("table", target, relation))
            ((found,),) = con.execute(f"select count(*) from {target}").fetchall()  # noqa: S608
            rows[relation.full_name] = found
            if contents.is_data(relation.schema, relation.name):
                sums += contents.sums_of(con, relation.plain_name, target, _data(columns))
        rows[_CONTENTS] = len(sums) if relation.name == _LAST else 0
        con.commit()
        con.execute("checkpoint release")
    finally:
        _detach(con)
    return rows


def _detach(con: duckdb.DuckDBPyConnection) -> None:
    """Ends with the release that is written, whatever happened; neither step hides what went wrong."""
    with contextlib.suppress(duckdb.Error):
        con.rollback()
    with contextlib.suppress(duckdb.Error):
        con.execute("detach release")


def _renewed(
    con: duckdb.DuckDBPyConnection, path: Path, published: Sequence[_Relation], base: Base
) -> dict[str, int]:
    """What `_renew` gives; none as well where the base turns out to be damaged.

    That is no damage of the working database: where that is what fails, writing the whole fails, too.
    """
    try:
        return _renew(con, path, published, base)
    except duckdb.Error as error:
        if not is_damage(error):
            raise
        LOG.warning("%s is not gone on from, it can't be read: %s", base.file, error)
        for file in (path, path.with_name(f"{path.name}.wal")):
            file.unlink(missing_ok=True)
        return {}


def _renew(
    con: duckdb.DuckDBPyConnection, path: Path, published: Sequence[_Relation], base: Base
) -> dict[str, int]:
    """Writes the base with what has changed since; the rows of each table, none: it must be written whole."""
    shutil.copyfile(base.file, path)
    con.execute(f"attach {sql_text(path)} as release")
    try:
        con.begin()
        rows = _renew_tables(con, _tables(published), base.changed)
        con.commit()
        con.execute("checkpoint release")
        is_worn = _is_worn(con)
    finally:
        _detach(con)
    if is_worn:
        path.unlink()
        return {}
    return rows


def _renew_tables(
    con: duckdb.DuckDBPyConnection, tables: Sequence[_Relation], changed: Changed
) -> dict[str, int]:
    """Replaces the rows that may have changed in the tables of the release that is attached; rows of each."""
    rows: dict[str, int] = {}
    gone: list[str] = []
    come: list[contents.Sum] = []
    for relation in tables:
        name, target = relation.plain_name, f"release.{relation.full_name}"
        if relation.name == _LAST:
            contents.renew(con, gone, come)
            sums = contents.read(con, "release")
            contents.tell(con, sums)
            rows[_CONTENTS] = len(sums)
        part = _changed(relation, changed)
        if part is not None:
            _replace(con, relation, part)
            if contents.is_data(relation.schema, relation.name):
                gone.append(f"relation = {sql_text(name)} and ({part.months})")
                come += contents.sums_of(con, name, target, _data(relation.columns), part.months)
        ((found,),) = con.execute(f"select count(*) from {target}").fetchall()  # noqa: S608
        rows[relation.full_name] = found
    return rows


def _compared(
    con: duckdb.DuckDBPyConnection, published: Sequence[_Relation], before: Path | None
) -> tuple[Path | None, frozenset[tuple[str, str]]]:
    """The folder of the release before, and the tables that hold what they held in it.

    Neither where that has other relations or columns, or can't be read. Never told of tables that have
    more than is summed up.
    """
    if before is None:
        return None, frozenset()
    columns = (
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where not internal and database_name = current_database() order by all"
    )
    try:
        with contextlib.closing(duckdb.connect(str(before), read_only=True)) as other:
            if con.execute(columns).fetchall() != other.execute(columns).fetchall():
                return None, frozenset()
            same = contents.alike(contents.read(other), contents.read(con))
    except duckdb.Error as error:
        LOG.warning("%s is not compared with, it can't be read: %s", before, error)
        return None, frozenset()
    return before.parent, frozenset(
        (one.schema, one.name)
        for one in _tables(published)
        if one.plain_name in same and len(_data(one.columns)) == len(one.columns)
    )


class _Part(NamedTuple):
    """A part of a relation: the condition of rows, and that of the months in which they lie."""

    rows: str
    months: str


def _replace(con: duckdb.DuckDBPyConnection, relation: _Relation, part: _Part) -> None:
    """Puts a part of a relation as it is now in the place of what it was."""
    target = f"release.{relation.full_name}"
    con.execute(f"delete from {target} where {part.rows}")  # noqa: S608 - our own names
    con.execute(
        f"insert into {target} from {relation.full_name} where {part.rows} "
        f"order by {_order(relation.columns)}"
    )


_WHOLE = _Part("true", "true")


def _changed(relation: _Relation, changed: Changed) -> _Part | None:
    """The rows that may have changed; None: none of them."""
    if relation.name in _DECLARED:
        return None
    if relation.name == "projects" and changed.first_of(_OF_PROJECTS) == NEVER:
        return None
    returns = {model.form().slug: model.form() for model in schemas.all_returns()}
    form = returns.get(relation.name) if relation.schema == "mart" else None
    has_months = any(column.name == "report_month" for column in relation.columns)
    if not has_months or relation.name in _OF_ALL or (form and form.cycle is Cycle.CUMULATIVE):
        return _WHOLE
    if form:
        month = changed.of(form.slug)
        since = f"report_month >= date '{month}'"
        return None if month == NEVER else _Part(since, since)
    months = f"report_month is null or {changed.figures}"
    if relation.name in _OF_ROWS:
        return _Part(f"report_month is null or {changed.rows}", months)
    return _Part(months, months)


def _is_worn(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether most of the file is room that rows left which are no more."""
    ((free, total),) = con.execute(
        "select free_blocks, total_blocks from pragma_database_size() where database_name = 'release'"
    ).fetchall()
    return bool(total > _WORN_FROM_BLOCKS and free * 2 > total)


def _add_views(path: Path, published: Sequence[_Relation], macros: Path | None) -> None:
    """Makes views and macros in the release itself: made elsewhere they would keep the names of there."""
    statements = [one.sql + _comments("view", one.full_name, one) for one in _views(published)]
    statements += macro_statements(macros) if macros else []
    if not statements:
        return
    with contextlib.closing(duckdb.connect(str(path))) as release:
        release.begin()
        for statement in statements:
            release.execute(statement)
        release.commit()
        release.execute("checkpoint")


def macro_statements(folder: Path = MACROS) -> list[str]:
    """What makes the macros of a folder in the database at hand."""
    return [file.read_text("utf-8") for file in sorted(folder.glob("*.sql"))]


@contextlib.contextmanager
def _reading(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The release as it was written, for more to be made of it, within the memory of the same process."""
    con.execute(f"attach {sql_text(path)} as release (read_only)")
    try:
        with contextlib.closing(con.cursor()) as reading:
            reading.execute(_AS_THE_RELEASE)
            yield reading
    finally:
        con.execute("detach release")


def _comments(kind: str, target: str, relation: _Relation) -> str:
    """What is said of a relation and its columns; in one go, as one by one takes longer than tables do."""
    comments = [(f"{kind} {target}", relation.comment)]
    comments += [(f"column {target}.{quoted(one.name)}", one.comment) for one in relation.columns]
    return "".join(f"comment on {one} is {sql_text(text)};" for one, text in comments if text)


def tell_fingerprint(con: duckdb.DuckDBPyConnection) -> None:
    """Has `mart.release` of the working database say the fingerprint of what would be published."""
    sums: list[contents.Sum] = []
    for one in _tables(_published(con)):
        if contents.is_data(one.schema, one.name):
            sums += contents.sums_of(con, one.plain_name, one.full_name, _data(one.columns))
    contents.tell(con, sums)


def published_relations(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The full names of all views that are published as tables, that of the release the last."""
    return [one.full_name for one in _tables(_published(con))]


def more_names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The full names of what a release has beside: its views and macros, and what it says it holds."""
    return [*view_names(con), *macro_names(), _CONTENTS]


def view_names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The full names of those that are published as views."""
    return [one.full_name for one in _views(_published(con))]


def released(con: duckdb.DuckDBPyConnection, database: str | None = None) -> dict[str, str]:
    """Full name and kind (table, view, macro) of everything in a release attached under that name."""
    found = con.execute(
        "select schema_name, table_name, 'table' from duckdb_tables() "
        "where not internal and database_name = coalesce($1, current_database()) "
        "union all select schema_name, view_name, 'view' from duckdb_views() "
        "where not internal and database_name = coalesce($1, current_database()) "
        "union all select schema_name, function_name, 'macro' from duckdb_functions() "
        "where not internal and database_name = coalesce($1, current_database())",
        [database],
    ).fetchall()
    return {f"{schema}.{quoted(name)}": kind for schema, name, kind in found}


def macro_names(folder: Path = MACROS) -> list[str]:
    """The full names of the macros that a release has, one file each."""
    return [f"mart.{quoted(path.stem)}" for path in sorted(folder.glob("*.sql"))]


def _tables(published: Sequence[_Relation]) -> list[_Relation]:
    """Those that become tables, by schema and name; that of the release is the last."""
    found = [one for one in published if not rests_on_published(one.sql)]
    return sorted(found, key=lambda one: (one.name == _LAST, one.schema, one.name))


def _views(published: Sequence[_Relation]) -> list[_Relation]:
    """Those that stay views, as they read nothing but published relations; each after what it reads."""
    return [one for one in published if rests_on_published(one.sql)]


def _published(con: duckdb.DuckDBPyConnection) -> list[_Relation]:
    """Every view of the public schemas with its columns, in the order in which they were made."""
    columns: dict[tuple[str, str], list[_Column]] = {}
    for schema, relation, *column in con.execute(
        "select schema_name, table_name, column_name, comment, "
        "regexp_matches(data_type, '[(\\[]') and not starts_with(data_type, 'DECIMAL'), "
        "data_type = 'TIMESTAMP WITH TIME ZONE' "
        "from duckdb_columns() "
        "where database_name = current_database() and list_contains(?, schema_name) "
        "order by schema_name, table_name, column_index",
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall():
        columns.setdefault((schema, relation), []).append(_Column(*column))
    found = con.execute(
        "select schema_name, view_name, comment, sql from duckdb_views() "
        "where not internal and database_name = current_database() "
        "and list_contains(?, schema_name) order by view_oid",
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    return [
        _Relation(schema, name, comment, sql, columns[schema, name])
        for schema, name, comment, sql in found
    ]


def _data(columns: Sequence[_Column]) -> list[str]:
    """The columns that tell of data: when something happened is left out, and so are lists."""
    return [quoted(one.name) for one in columns if not one.is_nested and not one.is_moment]


def _order(columns: Sequence[_Column]) -> str:
    """By the columns from the first, so that the same figures give the same table.

    Lists and structures are left out: they take long to compare, and no rows differ in them alone.
    """
    return ", ".join(quoted(one.name) for one in columns if not one.is_nested)


def _verify(
    path: Path,
    rows: Mapping[str, int],
    published: Sequence[_Relation],
    macros: Sequence[str],
    others: Collection[str],
) -> None:
    """Reads the release as a client would: all tables there, with all rows, and nothing else.

    `others` are the names of what was put beside it.
    """
    names = {one.name for one in path.parent.iterdir()}
    if leftover := sorted(names - {path.name, *others}):
        raise PublicationError(f"{', '.join(leftover)} is left beside {path}")
    if missing := sorted({*others} - names):
        raise PublicationError(f"{', '.join(missing)} is missing beside {path}")
    with contextlib.closing(duckdb.connect(str(path), read_only=True)) as client:
        found = released(client)
        wanted = (
            dict.fromkeys(rows, "table")
            | {one.full_name: "view" for one in _views(published)}
            | dict.fromkeys(macros, "macro")
        )
        if found != wanted:
            raise PublicationError(
                f"{path} holds {sorted(found)} where {sorted(wanted)} were written"
            )
        for name, expected in rows.items():
            counted = client.execute(f"select count(*) from {name}").fetchall()[0][0]  # noqa: S608
            if counted != expected:
                raise PublicationError(f"{name} has {counted} rows in {path}, not {expected}")


def _seal(folder: Path) -> None:
    """Nobody writes the files any more, and they lie on the disk."""
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(PUBLIC if path.is_dir() else 0o444)
    fsync_all(paths)


def _clear(warehouse: Path, releases: Path) -> None:
    """Removes what a publication left that was ended half-way."""
    for folder in releases.glob(f"{_BUILD}*"):
        shutil.rmtree(folder)
    clear_links(warehouse)


def _prune(releases: Path, current: str, keep: int) -> None:
    """Removes the oldest releases but the last `keep`; the ids of runs sort by time."""
    older = sorted(one for one in releases.iterdir() if one.name != current)
    for folder in older[: max(0, len(older) - (keep - 1))]:
        # A release that can't be removed now is tried again with the next one.
        shutil.rmtree(folder, ignore_errors=True)
