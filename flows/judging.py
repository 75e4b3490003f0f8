"""What judges: received files through the rooms from read to publish, what is new or all of it.

A refresh where nothing is new does without this module, and without what it imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import duckdb

from flows.ground.clock import Clock
from flows.ground.judge import judge_of, reader_of
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.normalise.frames import normalise
from flows.publish import publication
from flows.read import Readers
from flows.recognise.received import copied, recognise_received
from flows.settle import declared, load, touched
from flows.settle.versions import settle
from flows.store import views
from flows.store.archive import Archive
from flows.store.journal import Journal, Receipt
from flows.store.warehouse import Warehouse, recall, remember
from flows.validate.envelope import is_late
from flows.validate.files import validate_files

# Files judged in one go: enough to spread the cost of a pandera call, few enough for the memory; of
# large workbooks (100,000 rows are 8 MB) each by itself.
BATCH, BATCH_BYTES = 500, 8_000_000
# Remembered in the working database: what read and what judged its rows, how many acts of the journal
# are in, and where in which journal it stands.
_READ_BY, _JUDGED_BY, _ACTS, _JOURNAL = "read_by", "judged_by", "acts", "journal"


def publish_news(
    con: duckdb.DuckDBPyConnection,
    warehouse: Warehouse,
    settings: Settings,
    zone: Zone,
    journal: Journal,
    archive: Archive,
    readers: Readers,
    run_id: str,
    clock: Clock,
    judged: Callable[[], None],
) -> str | None:
    """Judges what has not been, and publishes what has changed by it; the release's id or None.

    `judged` is called in between: what it starts goes on while the figures are published.
    """
    con.begin()
    catch_up(con, zone, journal, archive, readers, clock)
    con.commit()
    judged()
    return publication.publish(con, warehouse, settings, zone, journal, run_id, clock)


def catch_up(
    con: duckdb.DuckDBPyConnection,
    zone: Zone,
    journal: Journal,
    archive: Archive,
    readers: Readers,
    clock: Clock | None = None,
) -> None:
    """Brings the working database to what journal and archive say; nothing else is written.

    Every file is read anew when the rules, the readers, or settings that reading rests on have
    changed, or where the journal is not the one that it rests on (restored from a backup). Where
    only other settings of the zone have, what counts is settled anew.
    """
    clock = clock or Clock()
    judged_by = judge_of(zone)
    mark = recall(con, _JOURNAL)
    is_other_journal = mark is not None and not journal.continues(mark)
    if is_other_journal:
        publication.forget(con)
    read_by = reader_of(zone)
    has_new_reader = is_other_journal or recall(con, _READ_BY) != read_by
    has_new_judge = has_new_reader or recall(con, _JUDGED_BY) != judged_by
    if has_new_reader:
        load.clear(con)
        declared.store(con, zone)
        clock("views", lambda: views.build(con))
    elif has_new_judge:
        load.forget_due(con, zone)
        declared.store(con, zone)
    clock("record", lambda: publication.restore(con, journal))
    known = load.known_receipts(con)
    waiting = [receipt for receipt in journal.receipts if receipt.number not in known]
    acts = str(len(journal.acts()))
    if not waiting and not has_new_judge and recall(con, _ACTS) == acts:
        return
    if not has_new_judge:
        touched.remember(con)
    refreshes = refresh_numbers(journal.receipts)
    copies = copied(journal.receipts)
    clock.expect(len(waiting))
    for batch in _batches(waiting):
        _judge_and_load(con, batch, refreshes, copies, zone, archive, readers, clock)
        clock.advance(len(batch))
    asked = clock("settle", lambda: settle(con, zone, journal, is_everything=has_new_judge))
    touched.note_changes(con, asked)
    touched.forget(con)
    remember(con, _READ_BY, read_by)
    remember(con, _JUDGED_BY, judged_by)
    remember(con, _ACTS, acts)
    remember(con, _JOURNAL, journal.mark())


def _judge_and_load(
    con: duckdb.DuckDBPyConnection,
    batch: Sequence[Receipt],
    refreshes: Mapping[str, int],
    copies: Mapping[int, Sequence[str]],
    zone: Zone,
    archive: Archive,
    readers: Readers,
    clock: Clock,
) -> None:
    left = {receipt.number: receipt for receipt in batch}
    while left:
        judged = judge([*left.values()], copies, zone, archive, readers, clock)
        receipts = {number: left.pop(number) for number in judged.receipts()}
        # Nothing is handed over as a parameter: Prefect would look into every row of it.
        clock("load", partial(load.load, con, judged, receipts, refreshes))
        # What is loaded is not held while the next are read.
        del judged


def judge(
    receipts: Sequence[Receipt],
    copies: Mapping[int, Sequence[str]],
    zone: Zone,
    archive: Archive,
    readers: Readers,
    clock: Clock | None = None,
) -> load.Judged:
    """Reads, recognises, types and validates a batch of received files, or the first of them.

    Files that tell much are too much for the memory at once: at least one is judged.

    `copies` are those of which the same bytes came before (`recognise.received.copied`).
    """
    clock = clock or Clock()
    files = clock("read", lambda: recognise_received(receipts, zone, archive, readers, copies))
    drafts = [draft for file in files for draft in file.drafts]
    explanations = [one for file in files for one in file.explanations]
    batches, unread = clock("normalise", lambda: normalise(drafts, zone.rates.as_mapping()))
    findings = clock("validate", lambda: validate_files(drafts, batches, unread, zone))
    late = frozenset(draft.key for draft in drafts if is_late(draft, zone))
    return load.Judged(drafts, batches, findings, late, explanations)


def _batches(receipts: Iterable[Receipt]) -> Iterator[Sequence[Receipt]]:
    batch: list[Receipt] = []
    size = 0
    for receipt in receipts:
        if batch and (len(batch) == BATCH or size + receipt.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(receipt)
        size += receipt.size
    if batch:
        yield batch


def refresh_numbers(receipts: Iterable[Receipt]) -> dict[str, int]:
    """The refreshes in the order in which they received files."""
    return {run_id: n for n, run_id in enumerate(dict.fromkeys(one.run_id for one in receipts))}
