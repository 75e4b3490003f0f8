"""What would be, if: files were filed, something were decided, or the drop folder were refreshed now.

All of it happens in a copy of the working database, to a journal that is not written, and is told by
the same stages that do it. Nothing is stored: not in journal, archive, drop folder or warehouse.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb

from flows.answer import results
from flows.answer.results import RunResult
from flows.answer.untold import untold
from flows.ground.clock import Clock, Runner, Teller, directly, new_run_id, nobody
from flows.ground.errors import GuobanError
from flows.ground.judge import judge_of
from flows.ground.settings import BEIJING, Settings
from flows.ground.zone import Zone
from flows.judging import catch_up
from flows.month.doubts import doubts_of
from flows.publish import moves, publication, rejudged
from flows.publish.moves import Move
from flows.read import Readers, limits_of
from flows.receive.intake import PlacedArchive, note_turned_up, receive
from flows.recognise.names import owner_named
from flows.store.archive import Archive
from flows.store.belonging import assert_belongs, of_other_zones
from flows.store.journal import Journal, SupposedJournal
from flows.store.warehouse import Warehouse, fault_of, is_damage, is_fault

T = TypeVar("T")


@dataclass
class Supposed:
    """A copy of a warehouse, with a journal that may go on without being written."""

    con: duckdb.DuckDBPyConnection
    zone: Zone
    warehouse: Warehouse
    journal: SupposedJournal
    readers: Readers

    def settle(
        self,
        archive: Archive | None = None,
        clock: Clock | None = None,
        rejudged: Iterable[Callable[[], None] | None] = (),
    ) -> None:
        """Judges and settles all that the journal has by now."""
        catch_up(
            self.con,
            self.zone,
            self.journal,
            archive or Archive(self.warehouse.archive),
            self.readers,
            clock,
            suspects=self.warehouse.at_hand.suspects(),
            rejudged=rejudged,
        )

    def published(self) -> list[Move]:
        """What a publication of what is settled would move; the first one moves nothing."""
        if not self.journal.publications:
            return []
        publication.rehearse(self.con, self.journal, self.zone)
        return moves.of_newest(self.con)

    def publish_rest(self) -> list[Move]:
        """Publishes what waits for it anyway, so that what comes then is seen by itself."""
        self.settle()
        is_published = self.journal.is_published(judge_of(self.zone))
        return [] if is_published else self.published()


def suppose(
    settings: Settings,
    zone: Zone,
    ask: Callable[[Supposed], T],
    *,
    reading: Iterable[Path] = (),
    files: int = 0,
) -> T:
    """What `ask` finds out in a copy of the warehouse; it is asked again where that was damaged.

    `reading` are folders that readers may look into beside the archive. Raises BusyError while a
    refresh has the working database, SettingsError where the warehouse is another zone's, FaultError
    where a statement fails whatever the copy holds.
    """
    warehouse = Warehouse(settings.warehouse, settings.database_memory_mib)
    assert_belongs(warehouse.journal, zone)
    limits = limits_of(settings)
    limits = replace(limits, inputs=(*limits.inputs, *reading))

    def asked(opened: Callable[[], duckdb.DuckDBPyConnection]) -> T:
        with Readers(limits) as readers, contextlib.closing(opened()) as con:
            readers.start(files)
            journal = SupposedJournal(Journal(warehouse.journal))
            return ask(Supposed(con, zone, warehouse, journal, readers))

    try:
        return asked(warehouse.open_copy)
    except (duckdb.Error, GuobanError) as error:
        if not is_damage(error):
            raise
    try:
        return asked(warehouse.open_scratch)
    except duckdb.Error as error:
        if is_fault(error):
            raise fault_of(error) from error
        raise


def preview(
    settings: Settings, zone: Zone, run: Runner = directly, tell: Teller = nobody
) -> RunResult:
    """What a refresh would say, and which figures it would move; nothing is published or stored."""
    now = dt.datetime.now(BEIJING)
    run_id = new_run_id(now)
    clock = Clock(run, tell)

    def ask(supposed: Supposed) -> RunResult:
        journal, con = supposed.journal, supposed.con
        archive = PlacedArchive(supposed.warehouse.archive, {})
        left = untold(supposed.warehouse.folder, journal)
        intake = clock(
            "receive",
            lambda: receive(
                con,
                settings,
                journal,
                archive,
                run_id=run_id,
                now=now,
                owner_named=lambda path: owner_named(path, zone),
                of_others=of_other_zones(settings.warehouse, zone),
                clock=clock,
            ),
        )
        noting = rejudged.noting(con, settings.warehouse, journal, judge_of(zone))
        again = any(one.is_again for one in intake.unchanged)
        note_again = partial(note_turned_up, con, journal, intake.unchanged, now)
        supposed.settle(archive, clock, (noting, note_again if again else None))
        moved: list[Move] = []
        changed = rejudged.of_publication(con, None)
        if not journal.is_published(judge_of(zone)):
            moved = clock("record", supposed.published)
        files = results.of_intake(con, intake, left)
        waiting = doubts_of(con)
        return RunResult(
            run_id, None, files, clock.seconds, moves=moved, doubts=waiting, rejudged=changed
        )

    return suppose(settings, zone, ask, reading=_folders(settings.raw))


def _folders(raw: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield raw.resolve()
