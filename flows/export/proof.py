"""What anybody can check a release by who has Python and nothing else: `scripts/verify_standalone.py`.

In `proof/` of a release lie the sums of which its fingerprint is made (`contents.txt`), the rows and the
figures of each month as packed CSV, and a list of all files of the release with their hashes
(`files.json`), which the journal's chain leads to by fingerprint and head. Packed, as rows of a month say
much alike: it takes a twentieth of the room, and hashing what is left less time than packing does.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb

from flows.export.linking import take_over
from flows.ground.durable import hash_of
from flows.ground.zone import Zone
from flows.publish import contents
from flows.publish.contents import Sum
from flows.publish.current import FILE_LIST, sealed_list
from flows.publish.release import Written
from flows.store.chain import sealed
from flows.store.statements import sql_text

CONTENTS, FILES = "contents.txt", FILE_LIST.name
# A null in the CSV, as in what is hashed (`contents`).
_NULL = "\x1e"
_CHUNK = 1 << 20
# The figures, and the rows that add up to them.
_RELATIONS = ("mart.headline_indicators", "mart.headline_rows")


def put(_: Zone, written: Written, folder: Path) -> None:
    """Writes the proof into `folder`, which it makes. Call it when all else is in the release.

    Months that are as they were in the release before are not written again. Raises OSError or
    duckdb.Error.
    """
    folder.mkdir()
    sums = written.con.execute(f"from {contents.RELATION}").fetchall()
    before = written.before / folder.name if written.before else None
    known = _known(before, {*sums}) if before else {}
    for part in sums:
        if part[0] in _RELATIONS:
            name = _file_of(part)
            sha256 = known.get(name)
            if before and sha256 and hash_of(before / name) == sha256:
                take_over(before / name, folder / name)
            else:
                _write(written.con, part, folder / name)
    (folder / CONTENTS).write_text(contents.text(sums), "utf-8")
    (folder / FILES).write_bytes(_list(written) + b"\n")


def _file_of(part: Sum) -> str:
    return f"{part[0].removeprefix('mart.')}-{part[1]:%Y-%m}.csv.gz"


def _write(con: duckdb.DuckDBPyConnection, part: Sum, target: Path) -> None:
    plain = target.with_suffix("")
    con.execute(
        f"copy (select columns(*)::varchar from {part[0]} where report_month = {sql_text(part[1])}) "  # noqa: S608 - our own names
        f"to {sql_text(plain)} (format csv, header true, nullstr {sql_text(_NULL)})"
    )
    # The same rows give the same bytes, whenever they are packed.
    with (
        plain.open("rb") as source,
        target.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0) as packed,
    ):
        shutil.copyfileobj(source, packed, _CHUNK)
    plain.unlink()


def _list(written: Written) -> bytes:
    """Which release it is, and all its files with their hashes."""
    ((run_id, fingerprint, chain_head),) = written.con.execute(
        "select run_id, fingerprint, chain_head from mart.release"
    ).fetchall()
    paths = sorted(path for path in written.folder.rglob("*") if path.is_file())
    said = {
        "run_id": run_id,
        "fingerprint": fingerprint,
        "chain_head": chain_head,
        "files": {path.relative_to(written.folder).as_posix(): hash_of(path) for path in paths},
    }
    return sealed(json.dumps(said, ensure_ascii=False))


def _known(folder: Path, sums: set[Sum]) -> Mapping[str, str]:
    """Of the files in the proof of the release before, those that would be written again, with their hashes.

    No file at all where any of it can't be read, or was altered.
    """
    try:
        said = sealed_list(folder.parent)
        if said is None:
            return {}
        hashes = said["files"]
        lines = {*(folder / CONTENTS).read_text("utf-8").splitlines()}
        return {
            name: hashes[f"{folder.name}/{name}"]
            for part in sums
            if part[0] in _RELATIONS and contents.text([part]).rstrip("\n") in lines
            for name in [_file_of(part)]
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}
