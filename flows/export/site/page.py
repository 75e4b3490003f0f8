"""Writes the page into a release: what has not changed since the one before is the same file."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.export.linking import take_over
from flows.export.site import words
from flows.export.site.details import LEVELS, SUMS, details
from flows.export.site.details import sums as only_sums
from flows.export.site.gathering import gathered
from flows.export.site.script_data import script_data
from flows.export.site.shown import FILTERS, month_key
from flows.ground.durable import hash_of
from flows.ground.judge import code_fingerprint
from flows.ground.zone import WHOLE_ZONE, Zone
from flows.month import months, sums
from flows.publish.release import Written
from flows.store.warehouse import fetch_rows

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
INDEX, LIST, ROWS = "index.html", "files.json", "rows"
# What the rows of all months may take together; the page knows no more months than these.
ROWS_BYTES = 1_100_000
MOST_MONTHS = 60
# A month with more rows near its figures tells what they add up to: they would rarely fit.
MOST_ROWS = 20_000
# So many findings stand on the page itself; more are listed when their number is opened.
SHOWN_FINDINGS = 40
# What would end a script's element, or a line of a script; all of it means the same escaped.
_UNSAFE = {one.encode(): f"\\u{ord(one):04x}".encode() for one in "<>&\u2028\u2029"}


def put(zone: Zone, written: Written, folder: Path) -> None:
    """Writes the page of the newest month into `folder`, which it makes; nothing without figures.

    Raises OSError or duckdb.Error.
    """
    site = _Site(folder, written.before / folder.name if written.before else None)
    stand = sums.stand(written.con)[:MOST_MONTHS]
    if not stand:
        return
    folder.mkdir()
    (folder / ROWS).mkdir()
    for asset in sorted(ASSETS.iterdir()):
        site.put(asset.name, _hash(asset.read_bytes()), asset.read_bytes)
    levels = _put_rows(site, written, stand)
    site.put(INDEX, _key_of_index(zone, written, levels), lambda: _index(zone, written, levels))
    site.end()


class _Site:
    """A page's folder that is written, and that of the release before.

    The list of files says of each by what it was made, and its hash: what would be made of the same
    again, and is whole, is taken over.
    """

    def __init__(self, folder: Path, before: Path | None) -> None:
        self.folder, self._before = folder, before
        self.files: dict[str, dict[str, Any]] = {}
        self._known = _listed(before) if before else {}

    def same(self, name: str, key: str) -> dict[str, Any] | None:
        """What is known of the file in the release before, if it was made by the same and is whole."""
        known = self._known.get(name)
        if known is None or self._before is None or known.get("key") != key:
            return None
        return known if hash_of(self._before / name) == known.get("sha256", "") else None

    def put(self, name: str, key: str, make: Callable[[], bytes]) -> None:
        """Puts a file there, made by `make` where it can't be taken over."""
        if self.same(name, key):
            self.take(name)
        else:
            self.write(name, key, make())

    def take(self, name: str) -> None:
        """Takes the file of the release before over."""
        if self._before:
            take_over(self._before / name, self.folder / name)
            self.files[name] = self._known[name]

    def write(self, name: str, key: str, content: bytes, **more: Any) -> None:
        """Writes the file, with what is to be known of it beside its hash."""
        (self.folder / name).write_bytes(content)
        self.files[name] = {"key": key, "sha256": _hash(content), "bytes": len(content), **more}

    def end(self) -> None:
        """Writes the list of files."""
        (self.folder / LIST).write_bytes(orjson.dumps(self.files, option=orjson.OPT_INDENT_2))


def _listed(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        listed = orjson.loads((folder / LIST).read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(listed, dict):
        return {}
    # What is left out here is made again.
    return {name: said for name, said in listed.items() if _says_enough(name, said)}


def _says_enough(name: str, said: Any) -> bool:
    """Whether the list says of a file what it has to; anybody may have written in it."""
    wanted: dict[str, type] = {"key": str, "sha256": str, "bytes": int}
    if name.startswith(f"{ROWS}/"):
        wanted |= {"level": str, "sizes": dict}
    return isinstance(said, dict) and all(isinstance(said.get(k), v) for k, v in wanted.items())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def _made_by() -> str:
    """A hash of all that makes pages."""
    digest = hashlib.sha256(code_fingerprint().encode())
    for path in sorted((HERE / "templates").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _key(*parts: Any) -> str:
    return _hash(repr((_made_by(), parts)).encode())[:32]


# --- the rows of each month ----------------------------------------------------------------------


def _put_rows(site: _Site, written: Written, stand: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Writes a file a month, the newest first, as long as there is room; what each of them tells.

    None tells more than a newer one does.
    """
    names = written.con.execute("from detail.departments order by all").fetchall()
    levels: dict[str, str] = {}
    room = ROWS_BYTES
    most = LEVELS[0]
    for of_month in stand:
        month, row_count = of_month["report_month"], of_month["row_count"]
        name = f"{ROWS}/{month_key(month)}.js"
        key = _key(month, row_count, of_month["changed_at"], names)
        tries = LEVELS[LEVELS.index(most) :] if row_count <= MOST_ROWS else (SUMS,)
        known = site.same(name, key)
        if known and _fitting(tries, known["sizes"], room) == known["level"]:
            site.take(name)
        elif made := _rows_of(written, month, tries, room, is_newest=not levels):
            content, level, sizes = made
            site.write(name, key, content, level=level, sizes=sizes)
        else:
            break
        levels[month_key(month)] = most = site.files[name]["level"]
        room -= site.files[name]["bytes"]
    return levels


def _room_of(level: str, room: int) -> int:
    """What a month may take; one with more than sums leaves a third of all to older ones."""
    return room if level == SUMS else room - ROWS_BYTES // 3


def _fitting(tries: Sequence[str], sizes: Mapping[str, int], room: int) -> str | None:
    """The first level that fits; None where none does, or where its size isn't known."""
    for level in tries:
        if level not in sizes:
            return None
        if sizes[level] <= _room_of(level, room):
            return level
    return None


def _rows_of(
    written: Written, month: dt.date, tries: Sequence[str], room: int, *, is_newest: bool
) -> tuple[bytes, str, dict[str, int]] | None:
    """The month's file with as much as fits, how much that is, and what each level takes.

    None where not even the sums fit; the newest has these in any case.
    """
    sizes: dict[str, int] = {}
    for level in tries:
        if level == SUMS:
            script = only_sums(month, sums.by_department(written.con, month))
        else:
            script = details(written.con, month, level)
        content = b"guobanRows(" + _json(script) + b");\n"
        sizes[level] = len(content)
        if len(content) <= _room_of(level, room) or (is_newest and level == SUMS):
            return content, level, sizes
    return None


# --- the page itself -----------------------------------------------------------------------------


def _key_of_index(zone: Zone, written: Written, levels: dict[str, str]) -> str:
    """By what the page is made: the data, what happened to them, and what the zone sets for it."""
    (release,) = fetch_rows(
        written.con,
        "select fingerprint, guoban_version, (select count(*) from mart.figure_changes) as changes, "
        "(select count(*) from mart.acts) as acts, (select max(locked_at) from mart.months) as locks "
        "from mart.release",
    )
    return _key(sorted(release.items()), zone.fingerprint(), levels)


def _index(zone: Zone, written: Written, levels: dict[str, str]) -> bytes:
    newest = months.newest(written.con)
    stand = [row["report_month"] for row in sums.stand(written.con)]
    known = [month for month in stand if month_key(month) in levels]
    page = gathered(written.con, zone, newest, known) if newest else None
    if page is None:
        return b""
    text = _environment().get_template("index.html").render(
        page=page,
        board=page.board,
        t=words.PAGE,
        states=words.STATES,
        marks=words.MARKS,
        causes=words.CAUSES,
        severities=words.SEVERITIES,
        whole_zone=WHOLE_ZONE,
        month=month_key(page.month),
        findings=page.findings[:SHOWN_FINDINGS],
        data=_json(script_data(page, zone, levels)).decode(),
    )  # fmt: skip
    return re.sub(r"\n\s+", "\n", text).encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    return environment


def _json(value: Any) -> bytes:
    """The value as JSON that may stand in a page or a script: whatever was filed ends neither."""
    text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    for unsafe, escaped in _UNSAFE.items():
        text = text.replace(unsafe, escaped)
    return text
