"""Releases of several zones in one database of the same relations: a province's view.

Each relation has a column `zone` in front. What the zones define differently, and in what their
releases differ, stands beside the figures (`mart.differences`), because figures are not compared
that mean different things.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import duckdb

from flows.ground.durable import fsync
from flows.ground.errors import PublicationError
from flows.publish.catalog import Relation, relations
from flows.publish.current import FILE_NAME
from flows.publish.release import STORAGE_VERSION, macro_statements
from flows.store.statements import quoted, sql_text
from flows.store.views import KEY

ZONES = "mart.zones"


@dataclass(frozen=True)
class Member:
    """A zone of the union: the release that is taken of it."""

    zone: str
    release: str
    published_at: dt.datetime
    guoban_version: str


@dataclass(frozen=True)
class Difference:
    """What holds for some of the zones only: a definition, or a part of their releases."""

    kind: str
    """`definition`, `version`, `relation`, `column`."""
    subject: str
    values: Mapping[str, str | None]
    """What each zone has, by its name; None for nothing."""


@dataclass(frozen=True)
class Union:
    """What was put together."""

    members: Sequence[Member]
    differences: Sequence[Difference]
    relations: int
    rows: int


def unite(folders: Sequence[Path], target: Path, memory_mib: int) -> Union:
    """Writes one database of the zones whose warehouses or releases lie in the folders.

    The releases are only read, and whatever views they have read nothing else. The file is there at
    once and whole; one that is there already is replaced if it is a union. Raises PublicationError,
    in words.
    """
    # DuckDB takes a name that begins with ~ or with a word and a colon for another place.
    target = target.absolute()
    files = [_release(folder) for folder in folders]
    for path in (*files, target):
        _assert_utf8(path)
    _refuse_others(target)
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    aside = unfinished.with_name(f"{unfinished.name}.tmp")
    try:
        united = _united(folders, files, unfinished, aside, memory_mib)
        fsync(unfinished)
        unfinished.replace(target)
        fsync(target.parent)
    except (OSError, duckdb.Error) as error:
        raise PublicationError(
            f"{target} can't be written: {error}", f"无法写入{target}：{error}"
        ) from error
    finally:
        for path in (unfinished, unfinished.with_name(f"{unfinished.name}.wal")):
            path.unlink(missing_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
    return united


def _united(
    folders: Sequence[Path], files: Sequence[Path], target: Path, aside: Path, memory_mib: int
) -> Union:
    """Writes the database of the releases' files; `aside` is for what has no room in memory."""
    with contextlib.closing(duckdb.connect()) as con:
        con.execute(f"set memory_limit = '{memory_mib} MiB'")
        con.execute(f"set temp_directory = {sql_text(aside)}")
        for number, (folder, file) in enumerate(zip(folders, files, strict=True)):
            with _reading(folder):
                con.execute(f"attach {sql_text(file)} as {_alias(number)} (read_only)")
        con.execute(f"attach {sql_text(target)} as united (storage_version '{STORAGE_VERSION}')")
        # Somebody else made the releases, and a view in them may read any file or address.
        con.execute("set enable_external_access = false; set lock_configuration = true")
        united = _write(con, _zones(con, folders))
        con.execute("checkpoint united; detach united")
    with contextlib.closing(duckdb.connect(str(target))) as made:
        for statement in macro_statements():
            made.execute(statement)
        made.execute("checkpoint")
    return united


def _release(folder: Path) -> Path:
    """The published file of a warehouse or a release, by its own place: a link may be led elsewhere."""
    for path in (folder / FILE_NAME, folder / "current" / FILE_NAME):
        if path.is_file():
            return path.resolve()
    raise PublicationError(
        f"{folder} is neither a warehouse that has published nor a release",
        f"{folder}既不是已发布过的数据仓，也不是发布目录",
    )


def _assert_utf8(path: Path) -> None:
    """Raises PublicationError where DuckDB can't be told the name."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = str(path).encode(errors="replace").decode()
        raise PublicationError(
            f"the name {shown} is not in UTF-8; rename it or take another",
            f"名称{shown}不是UTF-8编码，请改名或换一个",
        ) from error


def _refuse_others(target: Path) -> None:
    """Raises PublicationError where something is there that is no union."""
    if not target.exists():
        return
    try:
        with contextlib.closing(duckdb.connect(str(target), read_only=True)) as con:
            con.execute(f"from {ZONES} limit 0")
    except duckdb.Error as error:
        raise PublicationError(
            f"{target} is there and is no union of zones; it is not overwritten",
            f"{target}已存在，且不是汇总库，不予覆盖",
        ) from error


# --- what is put together ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Zone:
    """A zone whose release is attached under a name of ours."""

    alias: str
    member: Member
    relations: Mapping[str, Relation]


def _alias(number: int) -> str:
    return f"zone_{number}"


@contextlib.contextmanager
def _reading(folder: Path) -> Iterator[None]:
    """What fails meanwhile is a PublicationError that names the folder."""
    try:
        yield
    except (duckdb.Error, ValueError) as error:
        raise PublicationError(
            f"{folder} has no release that this version of guoban reads; run guoban refresh "
            f"there first: {error}",
            f"{folder}中没有本版本可读取的发布，请先在该处运行guoban refresh：{error}",
        ) from error


def _zones(con: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> list[_Zone]:
    """The zones whose releases are attached. Raises PublicationError where two have one name."""
    zones: dict[str, tuple[_Zone, Path]] = {}
    for number, folder in enumerate(folders):
        alias = _alias(number)
        with _reading(folder):
            ((name, *released),) = con.execute(
                "select zone_name, run_id, published_at, guoban_version "  # noqa: S608 - our own name
                f"from {alias}.mart.release"
            ).fetchall()
        if name in zones:
            raise PublicationError(
                f"{zones[name][1]} and {folder} are both of {name}; a zone is put in once",
                f"{zones[name][1]}与{folder}同属{name}，一个开发区只能汇总一次",
            )
        known = {one.full_name: one for one in relations(con, alias)}
        zones[name] = _Zone(alias, Member(name, *released), known), folder
    return [zone for zone, _ in zones.values()]


def _write(con: duckdb.DuckDBPyConnection, zones: Sequence[_Zone]) -> Union:
    """Fills the database that is attached as `united`."""
    first = {name: one for zone in reversed(zones) for name, one in zone.relations.items()}
    rows = sum(_put_together(con, first[name], zones) for name in sorted(first))
    differences = [
        *_of_definitions(con, zones),
        *_of_versions(zones),
        *_of_relations(zones),
    ]
    _make(
        con,
        "zones",
        "汇总的开发区：各取其一次发布。主键：zone",
        (
            ("zone", "varchar", "开发区名称"),
            ("release", "varchar", "所取发布的编号，即其发布文件夹的名称"),
            ("published_at", "timestamptz", "该次发布的时间"),
            ("guoban_version", "varchar", "发布时的guoban版本"),
        ),
        [astuple(zone.member) for zone in zones],
    )
    _make(
        con,
        "differences",
        "各开发区的不同之处：口径、版本、关系和列；比较数字前先看。主键：kind、subject、zone",
        (
            ("kind", "varchar", "种类：definition口径、version版本、relation关系、column列"),
            ("subject", "varchar", "哪一项"),
            ("zone", "varchar", "开发区名称"),
            ("value", "varchar", "该开发区的值；没有的为空"),
        ),
        [
            (one.kind, one.subject, zone, value)
            for one in differences
            for zone, value in one.values.items()
        ],
    )
    return Union([zone.member for zone in zones], differences, len(first), rows)


def _put_together(
    con: duckdb.DuckDBPyConnection, relation: Relation, zones: Sequence[_Zone]
) -> int:
    """Makes one relation out of those of the zones, which may lack columns or all of it; its rows."""
    having = [zone for zone in zones if relation.full_name in zone.relations]
    parts = [
        f"select {sql_text(zone.member.zone)} as zone, * from {zone.alias}.{relation.in_sql}"  # noqa: S608
        for zone in having
    ]
    target = f"united.{relation.in_sql}"
    con.execute(f"create schema if not exists united.{quoted(relation.schema)}")
    # Empty first, for the types; then zone by zone, so that rows stay in their order.
    con.execute(f"create table {target} as ({' union all by name '.join(parts)}) limit 0")
    rows = 0
    for part in parts:
        rows += con.execute(f"insert into {target} by name {part}").fetchall()[0][0]
    comments = {
        column.name: column.comment
        for zone in reversed(having)
        for column in zone.relations[relation.full_name].columns
    }
    said = [(f"table {target}", (relation.comment or "").replace(KEY, f"{KEY}zone、"))]
    said += [
        (f"column {target}.{quoted(name)}", comment)
        for name, comment in {"zone": "开发区名称", **comments}.items()
        if comment
    ]
    _comment(con, said)
    return rows


def _make(
    con: duckdb.DuckDBPyConnection,
    name: str,
    about: str,
    columns: Sequence[tuple[str, str, str]],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Makes a relation of the union's own."""
    target = f"united.mart.{name}"
    con.execute(
        f"create table {target} ({', '.join(f'{name} {kind}' for name, kind, _ in columns)})"
    )
    for row in rows:
        con.execute(f"insert into {target} values ({', '.join('?' for _ in columns)})", row)  # noqa: S608
    _comment(con, [(f"table {target}", about)])
    _comment(con, [(f"column {target}.{column}", said) for column, _, said in columns])


def _comment(con: duckdb.DuckDBPyConnection, said: Iterable[tuple[str, str]]) -> None:
    con.execute("".join(f"comment on {what} is {sql_text(text)};" for what, text in said))


# --- in what the zones differ --------------------------------------------------------------------


def _of_definitions(con: duckdb.DuckDBPyConnection, zones: Sequence[_Zone]) -> Iterator[Difference]:
    values: dict[str, dict[str, str]] = {}
    for zone in zones:
        if "mart.definitions" in zone.relations:
            for setting, value in con.execute(
                f"select setting, value from {zone.alias}.mart.definitions"  # noqa: S608
            ).fetchall():
                values.setdefault(setting, {})[zone.member.zone] = value
    yield from _differing("definition", values, zones)


def _of_versions(zones: Sequence[_Zone]) -> Iterator[Difference]:
    versions = {zone.member.zone: zone.member.guoban_version for zone in zones}
    yield from _differing("version", {"guoban_version": versions}, zones)


def _of_relations(zones: Sequence[_Zone]) -> Iterator[Difference]:
    """Relations and columns that not every zone's release has, or has otherwise."""
    there: dict[str, dict[str, str]] = {}
    types: dict[str, dict[str, str]] = {}
    for zone in zones:
        for name, relation in zone.relations.items():
            there.setdefault(name, {})[zone.member.zone] = "有"
            for column in relation.columns:
                types.setdefault(f"{name}.{column.name}", {})[zone.member.zone] = column.type
    yield from _differing("relation", there, zones)
    everywhere = {name for name, having in there.items() if len(having) == len(zones)}
    yield from _differing(
        "column",
        {name: has for name, has in types.items() if name.rpartition(".")[0] in everywhere},
        zones,
    )


def _differing(
    kind: str, subjects: Mapping[str, Mapping[str, str]], zones: Sequence[_Zone]
) -> Iterator[Difference]:
    for subject, values in sorted(subjects.items()):
        all_values = {zone.member.zone: values.get(zone.member.zone) for zone in zones}
        if len({*all_values.values()}) > 1:
            yield Difference(kind, subject, all_values)
