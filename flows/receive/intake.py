"""One look into the drop folder, into archive, journal and working database; and files for a check."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import duckdb

from flows.ground.clock import Clock
from flows.ground.patience import Patience
from flows.ground.settings import Settings
from flows.receive.inbox import (
    Ignored,
    Intake,
    Known,
    Look,
    OwnerNamed,
    Signs,
    Unchanged,
    look_at,
    of_another_zone,
    scan,
    take_in,
    too_large,
)
from flows.receive.seen import copy_of, has_new
from flows.receive.unfinished import modified_ns
from flows.store.archive import Archive
from flows.store.journal import Again, Journal, Receipt
from flows.store.statements import statement

LOG = logging.getLogger("guoban")


def receive(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    journal: Journal,
    archive: Archive,
    *,
    run_id: str,
    now: dt.datetime,
    owner_named: OwnerNamed,
    of_others: Mapping[str, str],
    clock: Clock,
    patience: Patience | None = None,
) -> Intake:
    """Takes in what is new below the drop folder; `remember_seen` remembers what lies there."""
    arrivals, ignored = scan(settings.raw)
    clock.expect(len(arrivals))
    look = Look(
        archive,
        settings.settle_seconds,
        # A working database that was made anew, after an upgrade too, has looked at nothing.
        _seen_before(con) or copy_of(settings.warehouse),
        settings.max_file_mib,
        of_others,
        patience or Patience(),
    )
    intake = take_in(
        arrivals,
        journal,
        look,
        run_id=run_id,
        now=now,
        owner_named=owner_named,
        looked_at=clock.advance,
    )
    LOG.info(
        "%d new files, %d known, %d ignored",
        len(intake.receipts),
        len(intake.unchanged),
        len(intake.ignored) + len(ignored),
    )
    note_turned_up(con, journal, intake.unchanged, now)
    return replace(intake, ignored=[*ignored, *intake.ignored])


def note_turned_up(
    con: duckdb.DuckDBPyConnection,
    journal: Journal,
    unchanged: Iterable[Unchanged],
    now: dt.datetime,
) -> None:
    """Writes down which bytes came again though what is in them does not count, each once.

    As it is judged by then: where all is about to be judged anew it is asked again after that, as
    before the working database may say otherwise, or nothing.
    """
    known = {*journal.all(Again)}
    journal.append(one for one in turned_up(con, unchanged, now) if one not in known)


def turned_up(
    con: duckdb.DuckDBPyConnection, unchanged: Iterable[Unchanged], now: dt.datetime
) -> list[Again]:
    """What the journal has to say of bytes that came again though what is in them does not count."""
    again = [one for one in unchanged if one.is_again]
    receipts = sorted({one.receipt.number for one in again})
    found = con.execute(statement("receive/not_counted"), {"receipts": receipts}).fetchall()
    not_counted = {number for (number,) in found}
    return [
        Again(one.receipt.number, one.path, now)
        for one in again
        if one.receipt.number in not_counted
    ]


def has_arrivals(con: duckdb.DuckDBPyConnection, settings: Settings) -> bool:
    """Whether anything lies below the drop folder that the last look did not take as it lies there.

    Raises SettingsError where there is no such folder.
    """
    arrivals, _ = scan(settings.raw)
    return has_new(arrivals, _seen_before(con), settings.max_file_mib)


def _seen_before(con: duckdb.DuckDBPyConnection) -> dict[str, Signs]:
    return {
        path: (size, modified_ns, sha256)
        for path, size, modified_ns, sha256 in con.execute("from core.seen").fetchall()
    }


def remember_seen(con: duckdb.DuckDBPyConnection, now: Mapping[str, Signs]) -> None:
    """Brings `core.seen` from what lay in the drop folder before to what lies there now."""
    before = _seen_before(con)
    changed = {path: signs for path, signs in now.items() if before.get(path) != signs}
    gone = before.keys() - now.keys()
    if not changed and not gone:
        return
    con.begin()
    con.execute("delete from core.seen where path in (select unnest(?))", [[*gone, *changed]])
    con.execute(
        "insert into core.seen select unnest(?::varchar[]), unnest(?::bigint[]), "
        "unnest(?::bigint[]), unnest(?::varchar[])",
        [list(changed), *([signs[n] for signs in changed.values()] for n in range(3))],
    )
    con.commit()


# --- for a check ---------------------------------------------------------------------------------


@dataclass
class Shown:
    """Files shown for a check, as a refresh would take them; each by its place in the order."""

    receipts: dict[int, Receipt] = field(default_factory=dict)
    unchanged: dict[int, Unchanged] = field(default_factory=dict)
    ignored: dict[int, Ignored] = field(default_factory=dict)
    places: dict[str, Path] = field(default_factory=dict)
    """Where the files to be read lie, by sha256."""


def look_over(
    files: Sequence[Path],
    settings: Settings,
    journal: Journal,
    *,
    run_id: str,
    now: dt.datetime,
    owner_named: OwnerNamed,
    of_others: Mapping[str, str],
) -> Shown:
    """What a refresh would make of these files. Nothing is stored."""
    known = Known(journal.receipts, owner_named)
    shown = Shown()
    for number, path in enumerate(files, start=journal.last_receipt + 1):
        name = _below(path, settings.raw)
        if left_out := look_at(path, name):
            shown.ignored[number] = left_out
            continue
        info = path.stat()
        if left_out := too_large(name, info.st_size, settings.max_file_mib):
            shown.ignored[number] = left_out
            continue
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if other := of_others.get(sha256):
            shown.ignored[number] = of_another_zone(name, other)
            continue
        if same := known.same_as(name, sha256):
            shown.unchanged[number] = Unchanged(name, sha256, same)
            continue
        modified = dt.datetime.fromtimestamp(modified_ns(info) / 1e9, dt.UTC)
        receipt = Receipt(number, run_id, now, name, sha256, info.st_size, modified)
        known.add(receipt)
        shown.receipts[number] = receipt
        shown.places[sha256] = path
    return shown


class PlacedArchive(Archive):
    """Files where they lie, for a check or a preview, before those of the archive; never stored."""

    def __init__(self, folder: Path, places: Mapping[str, Path]) -> None:
        super().__init__(folder)
        self._places = dict(places)

    def path(self, sha256: str) -> Path:
        return self._places.get(sha256) or super().path(sha256)

    def intact(self, sha256: str) -> Path:
        return self._places.get(sha256) or super().intact(sha256)

    def keep(self, sha256: str, source: BinaryIO) -> bool:
        """Notes where a file lies that a look into the drop folder has opened by its name."""
        self._places.setdefault(sha256, Path(source.name))
        return True

    def has_room_for(self, size: int) -> bool:
        return True

    def sync(self) -> None:
        """Nothing was kept."""


def _below(path: Path, folder: Path) -> str:
    """The path as a submission would have it: below the drop folder, else as given."""
    try:
        return (path.parent.resolve() / path.name).relative_to(folder.resolve()).as_posix()
    except ValueError:
        return path.as_posix().lstrip("/")
