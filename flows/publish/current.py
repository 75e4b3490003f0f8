"""The release that is published: found, opened, and told from one that was lost, cut short or altered.

Readers follow the link `current`, which is led elsewhere by a single rename and touched nowhere else.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import orjson

from flows.ground.durable import fsync, hash_of
from flows.ground.errors import PublicationError
from flows.ground.notes import Notes
from flows.store.chain import follows, is_sealed

LOG = logging.getLogger("guoban")
# DuckDB names the catalog after the file, so the name never changes.
FILE_NAME = "guoban.duckdb"
# Where a release lists its files, if it does.
FILE_LIST = Path("proof", "files.json")
# What stands in a file of DuckDB's before its blocks.
HEADERS_BYTES = 3 * 4096
_LINK = ".current-"
_ASIDE = "current-"


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
            size = size_told(client)
    except duckdb.Error:
        return False
    return bool(publications) and path.stat().st_size >= size


def size_told(con: duckdb.DuckDBPyConnection) -> int:
    """The bytes that the header of the database at hand tells of."""
    ((size,),) = con.execute(
        "select total_blocks * block_size from pragma_database_size() "
        "where database_name = current_database()"
    ).fetchall()
    return HEADERS_BYTES + int(size)


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
        flip(warehouse, run_id)
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


def flip(warehouse: Path, run_id: str) -> None:
    """Leads `current` to the release, in one step."""
    link = warehouse / f"{_LINK}{run_id}"
    link.symlink_to(Path("releases") / run_id, target_is_directory=True)
    link.replace(warehouse / "current")
    fsync(warehouse)


def clear_links(warehouse: Path) -> None:
    """Removes the links of publications that were ended before theirs led anywhere."""
    for link in warehouse.glob(f"{_LINK}*"):
        link.unlink()
