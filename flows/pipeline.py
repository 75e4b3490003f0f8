"""The stages in their order: what a refresh and a check do, whoever runs the stages.

`refresh` takes a `Runner`: the direct one below, or the one in `flows.refresh` that makes each
stage a Prefect task. Both call the same functions, so both give the same results.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path
from typing import Protocol, TypeVar

import duckdb

import schemas
from flows import answer as reply
from flows.answer import results
from flows.answer.results import FileResult, RunResult
from flows.ground.errors import WarehouseError
from flows.ground.findings import Finding
from flows.ground.settings import BEIJING, PROJECT, Settings
from flows.ground.zone import Zone
from flows.normalise.frames import normalise
from flows.publish import record as history
from flows.publish import release as publish
from flows.read import Book, Limits, Unreadable, read_files
from flows.receive.inbox import Ignored, Intake, Unchanged, look_at, modified_ns, scan, take_in
from flows.recognise import Draft, Origin
from flows.recognise.returned import Recognised, is_reply, read_originals, recognise_any
from flows.settle import acts, explanations, load
from flows.settle.differences import store_differences
from flows.store import views
from flows.store.archive import Archive
from flows.store.journal import Journal, Publication, Receipt
from flows.store.warehouse import Warehouse
from flows.validate import across as checks
from flows.validate.inside import validate
from flows.validate.severity import decide
from schemas.rules import all_rules

T = TypeVar("T")
LOG = logging.getLogger("guoban")
# Files judged in one go: enough to spread the cost of a pandera call, few enough for the memory.
BATCH = 500
# Remembered in the working database: what judged its rows, how many decisions of the journal are
# applied, how many publications' history it holds, and up to which receipt replies are written.
_JUDGED_BY = "judged_by"
_ACTS = "acts"
_HISTORY = "history"
_ANSWERED = "answered"


class Runner(Protocol):
    """Runs one stage under its name."""

    def __call__(self, name: str, stage: Callable[[], T]) -> T: ...


def directly(name: str, stage: Callable[[], T]) -> T:
    """Runs the stage in this process, with nothing around it."""
    LOG.debug("stage %s", name)
    return stage()


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
            _remember_answered(con, journal)
            intake = clock(
                "inbox", lambda: _take_in(con, settings, journal, archive, run_id=run_id, now=now)
            )
            con.begin()
            _catch_up(con, settings, zone, journal, archive, clock)
            con.commit()
            published = _publish(con, warehouse, settings, zone, journal, run_id, clock)
            clock(
                "reply",
                lambda: _answer(con, warehouse, settings, zone, archive, journal.last_receipt),
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
    con = warehouse.open_copy()
    try:
        views.build(con)
        catch_up(con, settings, zone, journal, Archive(warehouse.archive))
        return _check(con, settings, zone, journal, files)
    finally:
        con.close()


def new_run_id(now: dt.datetime) -> str:
    """An id that sorts by time and never repeats."""
    return f"{now.astimezone(BEIJING):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


# --- parts of a refresh --------------------------------------------------------------------------


class Clock:
    """Runs stages by the runner and adds up the seconds of each."""

    def __init__(self, run: Runner) -> None:
        self._run = run
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, stage: Callable[[], T]) -> T:
        started = time.perf_counter()
        try:
            return self._run(name, stage)
        finally:
            spent = time.perf_counter() - started
            self.seconds[name] = round(self.seconds.get(name, 0.0) + spent, 3)


def _take_in(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    journal: Journal,
    archive: Archive,
    *,
    run_id: str,
    now: dt.datetime,
) -> Intake:
    arrivals, ignored = scan(settings.raw)
    seen = {
        path: (size, modified_ns, sha256)
        for path, size, modified_ns, sha256 in con.execute("from core.seen").fetchall()
    }
    intake = take_in(
        arrivals,
        journal,
        archive,
        run_id=run_id,
        now=now,
        settle_seconds=settings.settle_seconds,
        seen=seen,
    )
    hashes = {one.path: one.sha256 for one in intake.receipts}
    hashes |= {one.path: one.sha256 for one in intake.unchanged}
    con.begin()
    load.store_seen(
        con,
        [(a.path, a.size, a.modified_ns, hashes[a.path]) for a in arrivals if a.path in hashes],
    )
    con.commit()
    LOG.info(
        "%d new files, %d known, %d ignored",
        len(intake.receipts),
        len(intake.unchanged),
        len(intake.ignored) + len(ignored),
    )
    return Intake(intake.receipts, intake.unchanged, [*ignored, *intake.ignored])


def catch_up(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    zone: Zone,
    journal: Journal,
    archive: Archive,
) -> None:
    """Brings a working database to what journal and archive say; nothing else is written."""
    _catch_up(con, settings, zone, journal, archive, Clock(directly))


def _catch_up(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    zone: Zone,
    journal: Journal,
    archive: Archive,
    clock: Clock,
) -> None:
    """Brings the working database to what journal and archive say.

    Everything is judged anew when the rules, the readers or the zone's settings have changed.
    """
    judged_by = judge_of(zone)
    if load.state(con, _HISTORY) != str(len(journal.publications)):
        clock("history", lambda: history.restore(con, journal))
        load.remember(con, _HISTORY, str(len(journal.publications)))
    has_new_judge = load.state(con, _JUDGED_BY) != judged_by
    if has_new_judge:
        load.clear(con)
        load.store_zone(con, zone)
        clock("views", lambda: views.build(con))
    known = load.known_receipts(con)
    waiting = [one for one in journal.receipts if one.number not in known]
    acts_told = str(len(journal.acts()))
    if not waiting and not has_new_judge and load.state(con, _ACTS) == acts_told:
        return
    refreshes = refresh_numbers(journal.receipts)
    for batch in _batches(waiting):
        judged = judge(batch, settings, zone, archive, clock)
        receipts = {one.number: one for one in batch}
        clock("load", lambda j=judged, r=receipts: load.load(con, j, r, refreshes))  # type: ignore[misc]
    clock("checks", lambda: _settle(con, zone, journal))
    load.remember(con, _JUDGED_BY, judged_by)
    load.remember(con, _ACTS, acts_told)


def _settle(con: duckdb.DuckDBPyConnection, zone: Zone, journal: Journal) -> None:
    """Versions, months, the rules across files, statuses: everything that all rows decide."""
    load.store_publications(con, journal.publications)
    acts.apply(con, journal)
    load.begin_to_settle(con)
    while True:
        load.settle(con)
        load.store_months(con, zone)
        # The checks look at what is in force, so statuses must be there; they may change it.
        load.settle_statuses(con)
        checks.check_across(con, zone)
        load.settle_statuses(con)
        if not load.overrule(con):
            break
    store_differences(con)
    load.say_replaced(con)
    explanations.apply(con)
    load.settle_statuses(con)


def judge(
    receipts: Sequence[Receipt],
    settings: Settings,
    zone: Zone,
    archive: Archive,
    clock: Clock | None = None,
) -> load.Judged:
    """Reads, recognises, types and validates a batch of received files."""
    clock = clock or Clock(directly)
    limits = _limits(settings)
    found = clock("read", lambda: _recognised(receipts, zone, archive, limits))
    drafts = [draft for one in found for draft in one.drafts]
    explained = [one for recognised in found for one in recognised.explanations]
    batches, unread = clock("normalise", lambda: normalise(drafts, zone.rates.as_mapping()))
    failed = clock("validate", lambda: [one for b in batches for one in validate(b, zone)])
    stated = [one.of(draft.key) for draft in drafts for one in draft.findings]
    places = {draft.key: draft for draft in drafts}
    findings = (
        _in_its_return(one, places[one.submission or ""]) for one in (*stated, *unread, *failed)
    )
    return load.Judged(drafts, batches, decide(findings, all_rules(), zone), explained)


def _recognised(
    receipts: Sequence[Receipt], zone: Zone, archive: Archive, limits: Limits
) -> list[Recognised]:
    """What is in the files, each recognised as soon as it is read: no more grids are held at once.

    Only replies wait, for the files that they answer.
    """
    paths = {one.number: archive.intact(one.sha256) for one in receipts}
    origins = {
        one.number: Origin(one.number, one.path, one.received_at.astimezone(BEIJING).date())
        for one in receipts
    }
    found: dict[int, Recognised] = {}
    replies: dict[int, Book | Unreadable] = {}
    for number, book in read_files(paths, limits):
        if is_reply(book):
            replies[number] = book
        else:
            found[number] = recognise_any(book, origins[number], zone, {})
    originals = read_originals(replies.values(), archive.path, limits)
    for number, book in replies.items():
        found[number] = recognise_any(book, origins[number], zone, originals)
    return [found[one.number] for one in receipts]


def _limits(settings: Settings) -> Limits:
    return Limits(
        seconds=settings.read_seconds,
        memory_mib=settings.read_memory_mib,
        workers=settings.read_workers,
        max_file_mib=settings.max_file_mib,
    )


def _in_its_return(one: Finding, draft: Draft) -> Finding:
    """The same finding with whose return it is about."""
    return replace(
        one,
        report_month=draft.month,
        department=draft.department,
        return_name=draft.model.form().slug if draft.model else None,
    )


def _batches(receipts: Sequence[Receipt]) -> Iterator[Sequence[Receipt]]:
    for start in range(0, len(receipts), BATCH):
        yield receipts[start : start + BATCH]


def refresh_numbers(receipts: Iterable[Receipt]) -> dict[str, int]:
    """The refreshes in the order in which they received files."""
    return {run_id: n for n, run_id in enumerate(dict.fromkeys(one.run_id for one in receipts))}


def _publish(
    con: duckdb.DuckDBPyConnection,
    warehouse: Warehouse,
    settings: Settings,
    zone: Zone,
    journal: Journal,
    run_id: str,
    clock: Clock,
) -> str | None:
    """Publishes what the last publication does not have; returns the release's id, None for none.

    Where only the release itself is gone, the same one is made again and nothing is recorded.
    """
    judged_by = judge_of(zone)
    last = journal.last_publication()
    if last is not None and journal.is_published(judged_by):
        current = publish.newest(warehouse.folder)
        if current is not None and current.parent.name == last.run_id and publish.is_whole(current):
            return None
        clock("publish", lambda: _write_release(con, warehouse, settings, last.run_id))
        return last.run_id
    accepted, rejected = con.execute(
        "select count(*) filter (where status not in ('rejected', 'withdrawn', 'unchanged')), "
        "count(*) filter (where status = 'rejected') from core.submissions"
    ).fetchall()[0]
    entry = Publication(
        run_id, dt.datetime.now(dt.UTC), version("guoban"), accepted, rejected, judged_by
    )
    number = len(journal.publications) + 1
    con.begin()
    clock("history", lambda: history.record(con, journal, entry, zone))
    load.store_publications(con, [*journal.publications, entry])
    load.remember(con, _HISTORY, str(number))
    con.commit()
    clock(
        "publish",
        lambda: _write_release(
            con, warehouse, settings, run_id, record=lambda: journal.append([entry])
        ),
    )
    return run_id


def _remember_answered(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """A working database made anew doesn't know what is answered: what was published, was."""
    if load.state(con, _ANSWERED) is None:
        load.remember(con, _ANSWERED, str(journal.until_last_publication().last_receipt))


def _answer(
    con: duckdb.DuckDBPyConnection,
    warehouse: Warehouse,
    settings: Settings,
    zone: Zone,
    archive: Archive,
    last: int,
) -> None:
    """Replies to what is new up to receipt `last`, and renews the receipts that no longer hold.

    What an earlier run could not answer is answered now. The figures are published by then, so a
    folder that can't be written is logged and tried again with the next refresh.
    """
    waiting = range(int(load.state(con, _ANSWERED) or 0) + 1, last + 1)
    try:
        if waiting:
            reply.write_replies(con, archive, warehouse, zone, waiting, _limits(settings))
            load.remember(con, _ANSWERED, str(last))
    except WarehouseError as error:
        LOG.error("replies: %s", error)
    try:
        reply.renew_receipts(con, warehouse, zone)
    except WarehouseError as error:
        LOG.error("receipts: %s", error)


def _write_release(
    con: duckdb.DuckDBPyConnection,
    warehouse: Warehouse,
    settings: Settings,
    run_id: str,
    record: Callable[[], None] = lambda: None,
) -> None:
    comments = {model.form().slug: model.comments() for model in schemas.all_returns()}
    publish.publish(
        con,
        warehouse.folder,
        run_id=run_id,
        column_comments=comments,
        macros=publish.MACROS,
        keep=settings.keep_releases,
        record=record,
    )


def judge_of(zone: Zone) -> str:
    """What judges: a hash over schemas, stages and SQL, and one over the zone's settings."""
    return f"{code_fingerprint()} {zone.fingerprint()}"


@cache
def code_fingerprint() -> str:
    """A hash over everything that judges: schemas, stages, SQL, and the libraries they use.

    A change judges all files again.
    """
    digest = hashlib.sha256(repr(_libraries()).encode())
    for folder, pattern in (("schemas", "*.py"), ("flows", "**/*.py"), ("sql", "**/*.sql")):
        for path in sorted((PROJECT / folder).glob(pattern)):
            digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _libraries() -> list[str]:
    """The libraries that guoban asks for, with the versions that are installed."""
    asked = [one for one in requires("guoban") or () if "extra ==" not in one]
    names = sorted(re.split(r"[^\w.-]", one)[0] for one in asked)
    return [f"{name} {version(name)}" for name in names]


# --- a check -------------------------------------------------------------------------------------


def _check(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    zone: Zone,
    journal: Journal,
    files: Sequence[Path],
) -> list[FileResult]:
    """Judges the files on top of the copied working database."""
    now = dt.datetime.now(BEIJING)
    run_id = new_run_id(now)
    known = {one.sha256: one for one in journal.receipts}
    at_path = {one.path: one for one in journal.receipts}
    receipts: list[Receipt] = []
    places: dict[str, Path] = {}
    unchanged: dict[int, Unchanged] = {}
    ignored: dict[int, Ignored] = {}
    for number, path in enumerate(files, start=journal.last_receipt + 1):
        name = _below(path, settings.raw)
        if left_out := look_at(path, name):
            ignored[number] = left_out
            continue
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        before = at_path.get(name)
        if sha256 in known and (before is None or before.sha256 == sha256):
            unchanged[number] = Unchanged(name, sha256, known[sha256])
            continue
        modified = dt.datetime.fromtimestamp(modified_ns(path.stat()) / 1e9, dt.UTC)
        receipt = Receipt(number, run_id, now, name, sha256, len(data), modified)
        known[sha256] = receipt
        receipts.append(receipt)
        places[sha256] = path
    if receipts:
        refreshes = refresh_numbers([*journal.receipts, *receipts])
        judged = judge(
            receipts,
            settings,
            zone,
            _Places(Warehouse(settings.warehouse).archive, places),
            Clock(directly),
        )
        load.load(con, judged, {one.number: one for one in receipts}, refreshes)
        _settle(con, zone, journal)
    told = {one.number: results.of_receipts(con, [one.number]) for one in receipts}
    told |= {number: results.of_unchanged(con, [one]) for number, one in unchanged.items()}
    told |= {number: [results.of_ignored(one)] for number, one in ignored.items()}
    return [result for number in sorted(told) for result in told[number]]


class _Places(Archive):
    """Files where they lie, for a check, before those of the archive; never stored."""

    def __init__(self, archive: Path, places: Mapping[str, Path]) -> None:
        super().__init__(archive)
        self._places = places

    def path(self, sha256: str) -> Path:
        return self._places.get(sha256) or super().path(sha256)

    def intact(self, sha256: str) -> Path:
        return self._places.get(sha256) or super().intact(sha256)


def _below(path: Path, folder: Path) -> str:
    """The path as a submission would have it: below the drop folder, else as given."""
    try:
        return (path.parent.resolve() / path.name).relative_to(folder.resolve()).as_posix()
    except ValueError:
        return path.as_posix().lstrip("/")
