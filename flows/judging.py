"""What judges: received files through the rooms from read to publish, what is new or all of it.

A refresh where nothing is new does without this module, and without what it imports.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Self

import duckdb

from flows.export import put_beside
from flows.files import judge
from flows.ground.clock import Clock
from flows.ground.judge import judge_of, reader_of, tried_by
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.publish import publication
from flows.publish.rejudged import noting
from flows.read import Readers
from flows.recognise.received import copied
from flows.rehearsal import Rehearsals
from flows.settle import declared, load, touched
from flows.settle.versions import settle
from flows.store import views
from flows.store.archive import Archive
from flows.store.at_hand import AtHand
from flows.store.handling import Handling
from flows.store.journal import ENDED, PASSED, Journal, Receipt, Trial
from flows.store.warehouse import Warehouse, recall, remember, use_all_cores
from flows.validate.asked import EVERYTHING

LOG = logging.getLogger("guoban")
# Files judged in one go: enough to spread the cost of a pandera call, few enough for the memory; of
# large workbooks (100,000 rows are 8 MB) each by itself.
BATCH, BATCH_BYTES = 500, 8_000_000
# New files of so many bytes (some 10,000 rows) are worth more threads than one.
_MANY_BYTES = 1_000_000
# What so many runs ended over while nothing else was at hand is turned back.
_MOST_ENDED = 2
# Remembered in the working database: what read and what judged its rows, how many acts of the journal
# are in, and where in which journal it stands.
READ_BY, _JUDGED_BY, _ACTS, _JOURNAL = "read_by", "judged_by", "acts", "journal"


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
    rejudged: Callable[[], None] | None = None,
) -> str | None:
    """Judges what has not been, and publishes what has changed by it; the release's id or None.

    `judged` is called in between: what it starts goes on while the figures are published. `rejudged` is
    called where all is judged anew, as soon as that is done of what was published.
    """
    with contextlib.closing(warehouse.at_hand) as at_hand:
        con.begin()
        suspects = at_hand.suspects()
        catch_up(
            con,
            zone,
            journal,
            archive,
            readers,
            clock,
            suspects=suspects,
            at_hand=at_hand,
            rejudged=(noting(con, warehouse.folder, journal, judge_of(zone)), rejudged),
        )
        con.commit()
        at_hand.end()
    judged()
    beside = partial(put_beside, zone)
    return publication.publish(con, warehouse, settings, zone, journal, run_id, clock, beside)


def catch_up(
    con: duckdb.DuckDBPyConnection,
    zone: Zone,
    journal: Journal,
    archive: Archive,
    readers: Readers,
    clock: Clock | None = None,
    *,
    suspects: Mapping[int, int] | None = None,
    at_hand: AtHand | None = None,
    rejudged: Iterable[Callable[[], None] | None] = (),
) -> None:
    """Brings the working database to what journal and archive say.

    `suspects` are receipts over which runs were ended (`AtHand.suspects`). Who has the warehouse's
    lock gives `at_hand`: there it is marked which files are at hand, and the journal is told what
    came of suspects. Nothing else is written. `rejudged` are called once all that was received and
    decided by the newest publication is judged and settled anew, and nothing else is; they may write to
    the journal.

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
    has_new_reader = is_other_journal or recall(con, READ_BY) != read_by
    has_new_judge = has_new_reader or recall(con, _JUDGED_BY) != judged_by
    if has_new_judge:
        use_all_cores(con)
    if has_new_reader:
        load.clear(con)
        declared.store(con, zone)
        clock("views", lambda: views.build(con))
    elif has_new_judge:
        load.forget_due(con, zone)
        declared.store(con, zone)
    clock("record", lambda: publication.restore(con, journal))
    care = Care(zone, journal, archive, readers, suspects or {}, at_hand)
    known = load.known_receipts(con)
    again = care.may_do_now(known)
    waiting = [one for one in journal.receipts if one.number not in known or one.number in again]
    is_settled = recall(con, _ACTS) == str(journal.beside_receipts())
    if not waiting and not has_new_judge and is_settled:
        return
    if not has_new_judge:
        touched.remember(con)
    load.forget(con, again)
    clock.expect(len(waiting))
    published = journal.until_last_publication()
    asks = [one for one in rejudged if one is not None]
    covered = published.last_receipt if asks and has_new_judge else 0
    asked = EVERYTHING
    with care:
        if covered:
            care.load_all(con, [one for one in waiting if one.number <= covered], clock)
            clock("settle", lambda: settle(con, zone, published))
            for ask in asks:
                ask()
        new = [one for one in waiting if one.number > covered]
        care.load_all(con, new, clock)
    acts = journal.beside_receipts()
    if new or not covered or published.beside_receipts() != acts:
        asked = clock("settle", lambda: settle(con, zone, journal, is_everything=has_new_judge))
    touched.note_changes(con, asked)
    touched.forget(con)
    remember(con, READ_BY, read_by)
    remember(con, _JUDGED_BY, judged_by)
    remember(con, _ACTS, str(acts))
    remember(con, _JOURNAL, journal.mark())


def is_judged_by(con: duckdb.DuckDBPyConnection, zone: Zone) -> bool:
    """Whether all of the working database is judged by today's rules and the zone's settings."""
    return recall(con, _JUDGED_BY) == judge_of(zone)


class Care:
    """Received files into the working database: most by the hundred, suspects one by one.

    A suspect is a file over which a run was ended, or one that was turned back because it ended
    something or took too long, where another version or other limits may do better. It is tried in a
    child process first. What comes of it is told to the journal, by whoever marks what is at hand.
    `shown` are files that are not in the journal.
    """

    def __init__(
        self,
        zone: Zone,
        journal: Journal,
        archive: Archive,
        readers: Readers,
        suspects: Mapping[int, int],
        at_hand: AtHand | None = None,
        shown: Iterable[Receipt] = (),
    ) -> None:
        limits = readers.limits
        self._tried_by = tried_by(limits.seconds, limits.memory_mib)
        self._handling = Handling(limits.seconds, at_hand, journal.outcomes(self._tried_by))
        self._zone, self._journal, self._archive, self._readers = zone, journal, archive, readers
        self._suspects = suspects
        self._receipts = [*journal.receipts, *shown]
        self._rehearsals = Rehearsals(limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._rehearsals.end()

    @cached_property
    def _refreshes(self) -> dict[str, int]:
        return _refresh_numbers(self._receipts)

    @cached_property
    def _copies(self) -> Mapping[int, Sequence[str]]:
        return copied(self._receipts)

    def may_do_now(self, known: Collection[int]) -> list[int]:
        """Of the receipts that are judged, those that others than this one have turned back."""
        return [
            one.number
            for one in self._journal.receipts
            if one.number in known and self._failed_elsewhere(one)
        ]

    def load_all(
        self,
        con: duckdb.DuckDBPyConnection,
        receipts: Iterable[Receipt],
        clock: Clock | None = None,
    ) -> None:
        """Judges and stores all of them."""
        clock = clock or Clock()
        left = {receipt.number: receipt for receipt in receipts}
        if sum(one.size for one in left.values()) > _MANY_BYTES:
            use_all_cores(con)
        while left:
            batch = _first_batch(left.values(), self._is_suspect)
            if self._is_suspect(batch[0]):
                clock("read", partial(self._try, batch[0]))
            judged = judge(
                batch,
                self._copies,
                self._zone,
                self._archive,
                self._readers,
                clock,
                self._handling,
            )
            self._note(judged.given_up)
            # What was too much for this batch begins the next one, and is none by itself.
            done = {number: left.pop(number) for number in judged.receipts()}
            # Nothing is handed over as a parameter: Prefect would look into every row of it.
            with self._handling.at("load", [*done]):
                clock("load", partial(load.load, con, judged, done, self._refreshes, self._zone))
            # What is loaded is not held while the next are read.
            del judged
            clock.advance(len(done))

    def _failed_elsewhere(self, receipt: Receipt) -> bool:
        return self._handling.outcomes.get(receipt.sha256, PASSED) is None

    def _is_suspect(self, receipt: Receipt) -> bool:
        if self._handling.failed(receipt):
            return False
        return receipt.number in self._suspects or self._failed_elsewhere(receipt)

    def _try(self, receipt: Receipt) -> None:
        """Finds out whether the suspect can be judged here; turned back it is one no more."""
        times = self._suspects.get(receipt.number, 0)
        LOG.info("%s is tried by itself (%d runs ended over it)", receipt.path, times)
        if times >= _MOST_ENDED:
            outcome = ENDED
        else:
            if times:
                # The child has the memory that readers would have.
                self._readers.end()
            with self._handling.at("rehearse", [receipt.number]):
                outcome = self._rehearsals.outcome(receipt, self._copies, self._zone, self._archive)
        LOG.info("%s has %s", receipt.path, outcome)
        if outcome != PASSED or self._failed_elsewhere(receipt):
            self._note({receipt.sha256: outcome})
            self._handling.outcomes[receipt.sha256] = outcome

    def _note(self, outcomes: Mapping[str, str]) -> None:
        if self._handling.at_hand is not None:
            now = dt.datetime.now(dt.UTC)
            self._journal.append(
                Trial(sha256, outcome, self._tried_by, now) for sha256, outcome in outcomes.items()
            )


def _first_batch(
    receipts: Iterable[Receipt], is_alone: Callable[[Receipt], bool]
) -> Sequence[Receipt]:
    """The first of the receipts that are judged in one go."""
    batch: list[Receipt] = []
    size = 0
    for receipt in receipts:
        size += receipt.size
        is_full = len(batch) == BATCH or size > BATCH_BYTES or is_alone(receipt)
        if batch and (is_full or is_alone(batch[0])):
            break
        batch.append(receipt)
    return batch


def _refresh_numbers(receipts: Iterable[Receipt]) -> dict[str, int]:
    """The refreshes in the order in which they received files."""
    return {run_id: n for n, run_id in enumerate(dict.fromkeys(one.run_id for one in receipts))}
