"""What a refresh would say of files that are shown to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from flows.answer import results
from flows.answer.results import FileResult
from flows.ground.clock import new_run_id
from flows.ground.errors import GuobanError
from flows.ground.settings import BEIJING, Settings
from flows.ground.zone import Zone
from flows.judging import Care, catch_up
from flows.read import Readers, limits_of
from flows.receive.intake import PlacedArchive, look_over
from flows.recognise.names import owner_named
from flows.settle import touched
from flows.settle.versions import settle
from flows.store.archive import Archive
from flows.store.belonging import assert_belongs, of_other_zones
from flows.store.journal import Journal
from flows.store.warehouse import Warehouse, is_damage


def check(settings: Settings, zone: Zone, files: Sequence[Path]) -> list[FileResult]:
    """The findings that a refresh would raise for these files; nothing is loaded or written.

    Raises BusyError while a refresh has the working database, SettingsError where the warehouse is
    another zone's.
    """
    warehouse = Warehouse(settings.warehouse, settings.database_memory_mib)
    assert_belongs(warehouse.journal, zone)
    try:
        return _told(settings, zone, files, warehouse, warehouse.open_copy)
    except (duckdb.Error, GuobanError) as error:
        if not is_damage(error):
            raise
        return _told(settings, zone, files, warehouse, warehouse.open_scratch)


def _told(
    settings: Settings,
    zone: Zone,
    files: Sequence[Path],
    warehouse: Warehouse,
    opened: Callable[[], duckdb.DuckDBPyConnection],
) -> list[FileResult]:
    limits = limits_of(settings)
    folders = {path.resolve().parent for path in files}
    limits = replace(limits, inputs=(*limits.inputs, *sorted(folders)))
    with Readers(limits) as readers, opened() as con:
        readers.start(len(files))
        journal = Journal(warehouse.journal)
        suspects = warehouse.at_hand.suspects()
        archive = Archive(warehouse.archive)
        catch_up(con, zone, journal, archive, readers, suspects=suspects)
        now = dt.datetime.now(BEIJING)
        shown = look_over(
            files,
            settings,
            journal,
            run_id=new_run_id(now),
            now=now,
            owner_named=lambda path: owner_named(path, zone),
            of_others=of_other_zones(settings.warehouse, zone),
        )
        placed = PlacedArchive(warehouse.archive, shown.places)
        receipts = list(shown.receipts.values())
        if receipts:
            touched.remember(con)
            with Care(zone, journal, placed, readers, {}, shown=receipts) as care:
                care.load_all(con, receipts)
            settle(con, zone, journal, is_everything=False)
        told = results.by_receipt(results.of_receipts(con, [*shown.receipts]))
        told |= {
            number: results.of_unchanged(con, [one]) for number, one in shown.unchanged.items()
        }
        told |= {number: [results.of_ignored(one)] for number, one in shown.ignored.items()}
        return [result for number in sorted(told) for result in told[number]]
