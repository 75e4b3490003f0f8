"""The stages in their order: what a refresh does, whoever runs the stages.

`refresh` takes a `Runner`: the direct one, or the one in `flows.refresh` that makes each stage a
Prefect task. Both call the same functions, so both give the same results.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from flows.answer import results
from flows.answer.answers import Answers, remember_answered
from flows.answer.results import RunResult
from flows.ground.clock import Clock, Runner, directly, new_run_id
from flows.ground.judge import judge_of
from flows.ground.settings import BEIJING, Settings
from flows.ground.zone import Zone
from flows.publish.release import is_current
from flows.read import Readers, limits_of
from flows.receive.intake import receive
from flows.store.archive import Archive
from flows.store.journal import Journal
from flows.store.warehouse import Warehouse, recall, remember

# Remembered in the working database: of which journal all is published, and what judged it.
_PUBLISHED = "published"


def refresh(settings: Settings, zone: Zone, run: Runner = directly) -> RunResult:
    """Reads what is new below the drop folder, judges it, and publishes if anything changed.

    Raises BusyError, WarehouseError or PublicationError; then what was published before stands.
    """
    warehouse = Warehouse(settings.warehouse, settings.database_memory_mib)
    clock = Clock(run)
    with Answers(warehouse, settings) as answers:
        done = _publish(warehouse, settings, zone, clock, answers)
        # Nobody has to wait for replies: by now another refresh may have the warehouse.
        if answers.are_ordered:
            clock("answer", answers.write)
    return done


def _publish(
    warehouse: Warehouse, settings: Settings, zone: Zone, clock: Clock, answers: Answers
) -> RunResult:
    """Everything that has to be done under the warehouse's lock."""
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
            published = None
            if not _is_published(con, warehouse, zone, journal):
                with Readers(limits_of(settings)) as readers:
                    readers.start(len(intake.receipts))
                    # Importing what judges takes half a second; a refresh of nothing new does without.
                    from flows.judging import publish_news  # noqa: PLC0415

                    def judged() -> None:
                        readers.end()
                        answers.expect(con)

                    published = publish_news(
                        con,
                        warehouse,
                        settings,
                        zone,
                        journal,
                        archive,
                        readers,
                        run_id,
                        clock,
                        judged,
                    )
                remember(con, _PUBLISHED, _known(zone, journal))
            clock("answer", lambda: answers.order(con, zone, archive, journal.last_receipt))
            files = results.of_intake(con, intake)
        finally:
            con.close()
    return RunResult(run_id, published, files, clock.seconds)


def _is_published(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, zone: Zone, journal: Journal
) -> bool:
    """Whether all that was received and decided is published, as it would be judged now."""
    last = journal.last_publication()
    return (
        last is not None
        and recall(con, _PUBLISHED) == _known(zone, journal)
        and is_current(warehouse.folder, last.run_id)
    )


def _known(zone: Zone, journal: Journal) -> str:
    return f"{judge_of(zone)} {journal.mark()}"
