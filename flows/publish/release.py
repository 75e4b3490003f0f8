"""The finished views as a release: one read-only database file, and the link that leads to it.

BI tools open `<warehouse>/current/guoban.duckdb` at any moment. A release is therefore built
aside, checked, and becomes the current one by a single rename; what was published before stands
until then, whatever goes wrong. Nothing else touches `releases/` and `current`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import orjson

import schemas
from flows.ground.durable import PUBLIC, fsync, fsync_all, hash_of
from flows.ground.errors import PublicationError
from flows.ground.notes import Notes
from flows.ground.settings import PROJECT
from flows.publish import contents
from flows.store.chain import follows, is_sealed
from flows.store.changed import NEVER, Changed
from flows.store.statements import quoted, sql_text
from flows.store.views import PUBLISHED_SCHEMAS, rests_on_published
from flows.store.warehouse import is_damage
from schemas.declare import Cycle

LOG = logging.getLogger("guoban")
# DuckDB names the catalog after the file, so the name never changes.
FILE_NAME = "guoban.duckdb"
# Where a release lists its files, if it does.
FILE_LIST = Path("proof", "files.json")
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
# What stands in a file of DuckDB's before its blocks.
_HEADERS_BYTES = 3 * 4096
_BUILD = ".build-"
_LINK = ".current-"
_ASIDE = "current-"

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
        _flip(warehouse, run_id)
    except (OSError, duckdb.Error) as error:
        raise PublicationError(f"the release {run_id} can't be published: {error}") from error
    finally:
        shutil.rmtree(build, ignore_errors=True)
    _prune(releases, run_id, keep)
    return release / FILE_NAME


@contextlib.contextmanager
def open_release(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The newest release, read only. Raises PublicationError where there is none."""
    path = newest_file(warehouse)
    try:
        con = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise PublicationError(
            f"{path} can't be opened; guoban refresh makes it again: {error}",
            f"{path}无法打开，运行guoban refresh可重新生成：{error}",
        ) from error
    with contextlib.closing(con):
        con.execute("set timezone = 'Asia/Shanghai'")
        # What is printed may be JSON; a slow query has nothing to say there.
        con.execute("set enable_progress_bar = false")
        yield con


def newest_file(warehouse: Path) -> Path:
    """The published file as it is now, by its release. Raises PublicationError: there is none."""
    path = newest(warehouse)
    if path is None:
        raise PublicationError(
            f"nothing is published in {warehouse} yet; run guoban refresh first",
            f"{warehouse}中还没有发布的数据，请先运行guoban refresh",
        )
    return path


def newest(warehouse: Path) -> Path | None:
    """The published file as it is now, by its release; None where nothing is published."""
    path = warehouse / "current" / FILE_NAME
    return path.resolve() if path.is_file() else None


def is_published(warehouse: Path) -> bool:
    """Whether anything has been published here, whatever became of it."""
    return os.path.lexists(warehouse / "current")


def is_current(warehouse: Path, run_id: str) -> bool:
    """Whether the release of that run is the published one, can be read and lacks no file."""
    path = newest(warehouse)
    return (
        path is not None and path.parent.name == run_id and is_whole(path) and _has_all(path.parent)
    )


def _has_all(release: Path) -> bool:
    """Whether what lay beside the database is still there; so it is where no list says what did."""
    return all((release / name).is_file() for name in _listed(release))


def is_as_published(release: Path, fingerprint: str | None) -> bool:
    """Whether each file that a release lists is the one that it was, and the list that of the fingerprint.

    From a release that somebody has altered nothing is taken over; the log says what was.
    """
    said = sealed_list(release)
    if said is None or said.get("fingerprint") != fingerprint:
        altered = [str(FILE_LIST)]
    else:
        altered = _altered(release, said["files"])
    if altered:
        LOG.warning("%s: altered: %s; nothing is taken over from it", release, ", ".join(altered))
    return not altered


def sealed_list(release: Path) -> Mapping[str, Any] | None:
    """What the list of a release's files says; None where it isn't as it was written."""
    try:
        line = (release / FILE_LIST).read_bytes().removesuffix(b"\n")
        return {**orjson.loads(line)} if is_sealed(line) and follows(line) else None
    except (OSError, ValueError, TypeError):
        return None


def _altered(release: Path, listed: Mapping[str, str]) -> list[str]:
    """Of these files those that are missing, or not of the bytes that their hash says."""
    return [name for name, sha256 in listed.items() if hash_of(release / name) != sha256]


def _listed(release: Path) -> Mapping[str, str]:
    """The files that a release lists, with their hashes; nothing where it lists none."""
    try:
        return {**orjson.loads((release / FILE_LIST).read_bytes())["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def is_whole(path: Path) -> bool:
    """Whether the published file can be opened, tells when it was published and isn't cut short.

    DuckDB opens a file that is, and finds out when it reads what is not there.
    """
    try:
        with contextlib.closing(duckdb.connect(str(path), read_only=True)) as client:
            ((publications,),) = client.execute("select count(*) from mart.refreshes").fetchall()
            size = _size_told(client)
    except duckdb.Error:
        return False
    return bool(publications) and path.stat().st_size >= size


def _size_told(con: duckdb.DuckDBPyConnection) -> int:
    """The bytes that the header of the database at hand tells of."""
    ((size,),) = con.execute(
        "select total_blocks * block_size from pragma_database_size() "
        "where database_name = current_database()"
    ).fetchall()
    return _HEADERS_BYTES + int(size)


def _fill(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Makes a written release, which is at hand to be read, as long as its header tells.

    DuckDB cuts off free blocks at the end of a file behind the header that counts them (2.0.0): such a
    file could not be told from one that is cut short. What is added takes no room on a disk.
    """
    if path.stat().st_size < (size := _size_told(con)):
        os.truncate(path, size)


def mend_current(warehouse: Path, run_id: str | None, now: dt.datetime, notes: Notes) -> None:
    """Puts aside what stands in the place of the link `current`, and makes the link to that release.

    A warehouse that was copied with its links followed has a folder there. What it holds is kept:
    somebody may have put more into it. Of those that earlier copies left the ones go that hold nothing
    but a release. Call it under the warehouse's lock.
    """
    current = warehouse / "current"
    if current.is_symlink() or not current.exists():
        return
    for older in warehouse.glob(f"{_ASIDE}*"):
        if _is_bare(older):
            shutil.rmtree(older, ignore_errors=True)
    aside = warehouse / f"{_ASIDE}{now:%Y%m%d-%H%M%S}"
    current.rename(aside)
    if run_id and (warehouse / "releases" / run_id / FILE_NAME).is_file():
        _flip(warehouse, run_id)
    notes.say(
        f"{current} was no link to a release; it is kept as {aside} and the link is made again",
        f"{current}不是指向发布目录的链接，已另存为{aside}，并重新建立链接",
    )


def _is_bare(copy: Path) -> bool:
    """Whether a folder holds nothing but a release, as it was published."""
    listed = _listed(copy)
    there = {path.relative_to(copy) for path in copy.rglob("*") if not path.is_dir()}
    if not listed or copy.is_symlink() or not there <= {FILE_LIST, *map(Path, listed)}:
        return False
    names = [path.as_posix() for path in there - {FILE_LIST}]
    return not _altered(copy, {name: listed[name] for name in names})


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


def _flip(warehouse: Path, run_id: str) -> None:
    """Leads `current` to the release, in one step."""
    link = warehouse / f"{_LINK}{run_id}"
    link.symlink_to(Path("releases") / run_id, target_is_directory=True)
    link.replace(warehouse / "current")
    fsync(warehouse)


def _clear(warehouse: Path, releases: Path) -> None:
    """Removes what a publication left that was ended half-way."""
    for folder in releases.glob(f"{_BUILD}*"):
        shutil.rmtree(folder)
    for link in warehouse.glob(f"{_LINK}*"):
        link.unlink()


def _prune(releases: Path, current: str, keep: int) -> None:
    """Removes the oldest releases but the last `keep`; the ids of runs sort by time."""
    older = sorted(one for one in releases.iterdir() if one.name != current)
    for folder in older[: max(0, len(older) - (keep - 1))]:
        # A release that can't be removed now is tried again with the next one.
        shutil.rmtree(folder, ignore_errors=True)
