"""A publication: what is settled is put on record, then made public, then the journal says so."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection
from importlib.metadata import version

import duckdb

from flows.ground.clock import Clock, new_run_id
from flows.ground.judge import judge_of
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.publish import contents, effects, record, release
from flows.publish.current import is_as_published, is_current, newest
from flows.publish.release import Written
from flows.store import changed
from flows.store.changed import ALWAYS, PUBLISHED, Changed
from flows.store.journal import Journal, Publication
from flows.store.warehouse import Warehouse, recall, remember

# Remembered in the working database: how many publications its record holds.
_RECORDED = "recorded"


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Says that the record in the working database is of another journal."""
    remember(con, _RECORDED, "")


def restore(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """Makes the record in the working database what the journal says, where it isn't."""
    number = str(len(journal.publications))
    if recall(con, _RECORDED) != number:
        record.restore(con, journal)
        remember(con, _RECORDED, number)
        changed.everything(con)


def rehearse(con: duckdb.DuckDBPyConnection, journal: Journal, zone: Zone) -> None:
    """Does to a copy of the working database what a publication does; the release is left out.

    `journal` is one that is supposed: it has the publication afterwards.
    """
    now = dt.datetime.now(dt.UTC)
    entry = Publication(new_run_id(now), now, version("guoban"), 0, 0, judge_of(zone))
    news = Changed(con, PUBLISHED)
    record.rehearse(con, journal, entry, news, zone.settings())
    effects.renew(con, news.first)
    changed.forget(con, PUBLISHED)
    journal.append([entry])
    remember(con, _RECORDED, str(len(journal.publications)))


def publish(
    con: duckdb.DuckDBPyConnection,
    warehouse: Warehouse,
    settings: Settings,
    zone: Zone,
    journal: Journal,
    run_id: str,
    clock: Clock,
    beside: Callable[[Written], Collection[str]],
) -> str | None:
    """Publishes what the last publication does not have; returns the release's id, None for none.

    `beside` puts into the release what it holds beside the database. Where only the release itself
    is gone, the same one is made again and nothing is recorded.
    """

    judged_by = judge_of(zone)
    last = journal.last_publication()
    is_there = last is not None and is_current(warehouse.folder, last.run_id)
    current = newest(warehouse.folder) if is_there else None
    news = Changed(con, PUBLISHED)

    def make(run_id: str, say: Callable[[], None] = lambda: None) -> None:
        before = current
        if before and last and not is_as_published(before.parent, last.fingerprint):
            before = None
        release.publish(
            con,
            warehouse.folder,
            run_id=run_id,
            macros=release.MACROS,
            keep=settings.keep_releases,
            record=say,
            before=before,
            base=release.Base(before, news) if before and news.first > ALWAYS else None,
            beside=beside,
        )
        changed.forget(con, PUBLISHED)

    if last is not None and journal.is_published(judged_by):
        effects.renew(con)
        if current is not None:
            return None
        clock("publish", lambda: make(last.run_id))
        return last.run_id
    accepted, rejected = con.execute(
        "select count(*) filter (where status not in ('rejected', 'withdrawn', 'unchanged')), "
        "count(*) filter (where status = 'rejected') from core.submissions"
    ).fetchall()[0]
    entry = Publication(
        run_id,
        dt.datetime.now(dt.UTC),
        version("guoban"),
        accepted,
        rejected,
        judged_by,
        journal.chain_head,
    )
    con.begin()
    sealed = clock("record", lambda: record.record(con, journal, entry, news, zone.settings()))
    remember(con, _RECORDED, str(len(journal.publications) + 1))
    con.commit()
    # What can be worked out again needs none of the memory that an open transaction holds.
    effects.renew(con, news.first)

    def say() -> None:
        fingerprint = contents.fingerprint(con)
        journal.append([dataclasses.replace(entry, record_sha256=sealed, fingerprint=fingerprint)])

    clock("publish", lambda: make(run_id, say))
    return run_id
