"""What a refresh would say of files that are shown to it, and how they would move the figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.answer import results
from flows.answer.results import FileResult
from flows.ground.clock import new_run_id
from flows.ground.settings import BEIJING, Settings
from flows.ground.zone import Zone
from flows.publish.moves import Move
from flows.receive.intake import PlacedArchive, look_over, turned_up
from flows.recognise.names import owner_named
from flows.store.belonging import of_other_zones
from flows.supposed import Supposed, suppose


@dataclass(frozen=True)
class Checked:
    """What was found in files, in their order, and the headline figures that they would move."""

    files: list[FileResult]
    moves: Sequence[Move] = ()


def check(settings: Settings, zone: Zone, files: Sequence[Path]) -> list[FileResult]:
    """The findings alone, of which no figure has to be computed."""
    return checked(settings, zone, files, with_moves=False).files


def checked(
    settings: Settings, zone: Zone, files: Sequence[Path], *, with_moves: bool = True
) -> Checked:
    """The findings that a refresh would raise for these files; nothing is loaded or written.

    Raises BusyError while a refresh has the working database, SettingsError where the warehouse is
    another zone's.
    """

    def ask(supposed: Supposed) -> Checked:
        supposed.publish_rest() if with_moves else supposed.settle()
        now = dt.datetime.now(BEIJING)
        shown = look_over(
            files,
            settings,
            supposed.journal,
            run_id=new_run_id(now),
            now=now,
            owner_named=lambda path: owner_named(path, zone),
            of_others=of_other_zones(settings.warehouse, zone),
        )
        moved: list[Move] = []
        again = turned_up(supposed.con, shown.unchanged.values(), now)
        if shown.receipts or again:
            supposed.journal.append([*shown.receipts.values(), *again])
            supposed.settle(PlacedArchive(supposed.warehouse.archive, shown.places))
            moved = supposed.published() if with_moves else []
        told = results.by_receipt(results.of_receipts(supposed.con, [*shown.receipts]))
        told |= {
            number: results.of_unchanged(supposed.con, [one])
            for number, one in shown.unchanged.items()
        }
        told |= {number: [results.of_ignored(one)] for number, one in shown.ignored.items()}
        return Checked([result for number in sorted(told) for result in told[number]], moved)

    folders = {path.resolve().parent for path in files}
    return suppose(settings, zone, ask, reading=sorted(folders), files=len(files))
