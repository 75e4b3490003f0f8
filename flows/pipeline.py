"""The stages in their order: what a refresh and a check do, whoever runs the stages.

`refresh` takes a `Runner`: the direct one, or the one in `flows.refresh` that makes each stage a
Prefect task. Both call the same functions, so both give the same results.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb

from flows.answer import results
from flows.answer.answers import answer, remember_answered
from flows.answer.results import FileResult, RunResult
from flows.ground.clock import Clock, Runner, directly
from flows.ground.judge import judge_of
from flows.ground.settings import BEIJING, Settings
from flows.ground.zone import Zone
from flows.normalise.frames import normalise
from flows.publish import publication
from flows.read import limits_of
from flows.receive.intake import PlacedArchive, look_over, receive
from flows.recognise.received import recognise_received
from flows.settle import declared, load, touched
from flows.settle.versions import settle
from flows.store import views
from flows.store.archive import Archive
from flows.store.journal import Journal, Receipt
from flows.store.warehouse import Warehouse, recall, remember
from flows.validate.envelope import is_late
from flows.validate.files import validate_files

# Files judged in one go: enough to spread the cost of a pandera call, few enough for the memory.
BATCH = 500
# Remembered in the working database: what judged its rows, how many acts of the journal are in, and
# where in which journal it stands.
_JUDGED_BY, _ACTS, _JOURNAL = "judged_by", "acts", "journal"


def refresh(settings: Settings, zone: Zone, run: Runner = directly) -> RunResult:
    """Reads what is new below the drop folder, judges it, and publishes if anything changed.

    Raises BusyError, WarehouseError or PublicationError; then what was published before stands.
    """
    warehouse = Warehouse(settings.warehouse)
    clock = Clock(run)
    with warehouse.locked():
        now = dt.datetime.now(BEIJING)
        run_id = new_run_id(now)
        journal = Journal(warehouse.journal)
        archive = Archive(warehouse.archive)
        con = warehouse.open()
        try:
            remember_answered(con, journal)
            intake = clock(
                "receive",
                lambda: receive(con, settings, journal, archive, run_id=run_id, now=now),
            )
            con.begin()
            catch_up(con, settings, zone, journal, archive, clock)
            con.commit()
            published = publication.publish(con, warehouse, settings, zone, journal, run_id, clock)
            clock(
                "answer",
                lambda: answer(con, warehouse, settings, zone, archive, journal.last_receipt),
            )
            files = results.of_intake(con, intake)
        finally:
            con.close()
    return RunResult(run_id, published, files, clock.seconds)


def check(settings: Settings, zone: Zone, files: Sequence[Path]) -> list[FileResult]:
    """The findings that a refresh would raise for these files; nothing is loaded or written.

    Raises BusyError while a refresh has the working database.
    """
    warehouse = Warehouse(settings.warehouse)
    journal = Journal(warehouse.journal)
    archive = Archive(warehouse.archive)
    con = warehouse.open_copy()
    try:
        declared.store(con, zone)
        views.build(con)
        catch_up(con, settings, zone, journal, archive)
        now = dt.datetime.now(BEIJING)
        shown = look_over(files, settings, journal, run_id=new_run_id(now), now=now)
        placed = PlacedArchive(warehouse.archive, shown.places)
        receipts = list(shown.receipts.values())
        if receipts:
            refreshes = refresh_numbers([*journal.receipts, *receipts])
            touched.remember(con)
            load.load(con, judge(receipts, settings, zone, placed), shown.receipts, refreshes)
            settle(con, zone, journal, is_everything=False)
        told = {number: results.of_receipts(con, [number]) for number in shown.receipts}
        told |= {
            number: results.of_unchanged(con, [one]) for number, one in shown.unchanged.items()
        }
        told |= {number: [results.of_ignored(one)] for number, one in shown.ignored.items()}
        return [result for number in sorted(told) for result in told[number]]
    finally:
        con.close()


def catch_up(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    zone: Zone,
    journal: Journal,
    archive: Archive,
    clock: Clock | None = None,
) -> None:
    """Brings the working database to what journal and archive say; nothing else is written.

    Everything is judged anew when the rules, the readers or the zone's settings have changed, or
    where the journal is not the one that it rests on (restored from a backup).
    """
    clock = clock or Clock()
    judged_by = judge_of(zone)
    mark = recall(con, _JOURNAL)
    is_other_journal = mark is not None and not journal.continues(mark)
    if is_other_journal:
        publication.forget(con)
    has_new_judge = is_other_journal or recall(con, _JUDGED_BY) != judged_by
    if has_new_judge:
        load.clear(con)
        declared.store(con, zone)
        clock("views", lambda: views.build(con))
    clock("record", lambda: publication.restore(con, journal))
    known = load.known_receipts(con)
    waiting = [receipt for receipt in journal.receipts if receipt.number not in known]
    acts = str(len(journal.acts()))
    if not waiting and not has_new_judge and recall(con, _ACTS) == acts:
        return
    touched.remember(con)
    refreshes = refresh_numbers(journal.receipts)
    for batch in _batches(waiting):
        judged = judge(batch, settings, zone, archive, clock)
        receipts = {receipt.number: receipt for receipt in batch}
        clock("load", lambda j=judged, r=receipts: load.load(con, j, r, refreshes))  # type: ignore[misc]
    asked = clock("settle", lambda: settle(con, zone, journal, is_everything=has_new_judge))
    touched.note_changes(con, asked)
    touched.forget(con)
    remember(con, _JUDGED_BY, judged_by)
    remember(con, _ACTS, acts)
    remember(con, _JOURNAL, journal.mark())


def judge(
    receipts: Sequence[Receipt],
    settings: Settings,
    zone: Zone,
    archive: Archive,
    clock: Clock | None = None,
) -> load.Judged:
    """Reads, recognises, types and validates a batch of received files."""
    clock = clock or Clock()
    limits = limits_of(settings)
    files = clock("read", lambda: recognise_received(receipts, zone, archive, limits))
    drafts = [draft for file in files for draft in file.drafts]
    explanations = [one for file in files for one in file.explanations]
    batches, unread = clock("normalise", lambda: normalise(drafts, zone.rates.as_mapping()))
    findings = clock("validate", lambda: validate_files(drafts, batches, unread, zone))
    late = frozenset(draft.key for draft in drafts if is_late(draft, zone))
    return load.Judged(drafts, batches, findings, late, explanations)


def _batches(receipts: Sequence[Receipt]) -> Iterator[Sequence[Receipt]]:
    for start in range(0, len(receipts), BATCH):
        yield receipts[start : start + BATCH]


def refresh_numbers(receipts: Iterable[Receipt]) -> dict[str, int]:
    """The refreshes in the order in which they received files."""
    return {run_id: n for n, run_id in enumerate(dict.fromkeys(one.run_id for one in receipts))}


def new_run_id(now: dt.datetime) -> str:
    """An id that sorts by time and never repeats."""
    return f"{now.astimezone(BEIJING):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
