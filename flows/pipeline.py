"""The stages in their order: what a refresh does, whoever runs the stages.

`refresh` takes a `Runner`: the direct one, or the one in `flows.refresh` that makes each stage a
Prefect task. Both call the same functions, so both give the same results.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from dataclasses import dataclass, field
from functools import partial

import duckdb

from flows.answer import results
from flows.answer.answers import Answers, remember_answered
from flows.answer.results import FileResult, RunResult
from flows.answer.untold import remember_told, untold
from flows.ground.clock import Clock, Runner, Teller, directly, new_run_id, nobody
from flows.ground.collector import no_collections
from flows.ground.days import say_estimated
from flows.ground.errors import BusyError, GuobanError, SettingsError, WarehouseError
from flows.ground.judge import code_fingerprint, judge_of, tried_by
from flows.ground.notes import Notes, in_a_line
from flows.ground.patience import Patience, passes
from flows.ground.settings import BEIJING, Settings
from flows.ground.zone import Zone
from flows.month.doubts import Doubt, doubts_of
from flows.postgres import copy_release
from flows.publish import moves, rejudged
from flows.publish.current import is_current, is_published, mend_current, newest
from flows.publish.moves import Move
from flows.publish.rejudged import StatusChange
from flows.read import Readers, limits_of
from flows.receive.inbox import Intake, Owner, Unchanged
from flows.receive.intake import has_arrivals, note_turned_up, receive, remember_seen
from flows.receive.seen import keep_copy
from flows.store.archive import Archive
from flows.store.belonging import (
    assert_departments,
    of_other_zones,
    remember_departments,
    remember_zone,
)
from flows.store.journal import Journal, Receipt
from flows.store.warehouse import (
    Warehouse,
    fault_of,
    is_damage,
    is_fault,
    recall,
    remember,
)

LOG = logging.getLogger("guoban")
# Remembered in the working database: of which journal all is published, and what judged it.
_PUBLISHED = "published"


def refresh(
    settings: Settings,
    zone: Zone,
    run: Runner = directly,
    tell: Teller = nobody,
    *,
    run_id: str | None = None,
) -> RunResult:
    """Reads what is new below the drop folder, judges it, and publishes if anything changed.

    `tell` hears how far stages have come that work on file after file. The release it makes has the
    run's id, a new one where none is given.

    Raises SettingsError, BusyError, WarehouseError (also for a full disk) or PublicationError; then
    what was published before stands. A damaged working database is kept aside and made anew from
    archive and journal, once.
    """
    warehouse = Warehouse(settings.warehouse, settings.database_memory_mib)
    # What can't be copied to a database that is named is said before anything is begun.
    copies_to = settings.publish_to
    with Answers(warehouse, settings) as answers:
        now = dt.datetime.now(BEIJING)
        run_id = run_id or new_run_id(now)
        # Whoever keeps the log knows by it to which run its lines belong.
        LOG.info("run %s", run_id, extra={"run": run_id})
        this = _Run(settings, zone, warehouse, answers, Clock(run, tell), now, run_id)
        files = this.patience.with_patience("refresh", lambda: _published(this), _heals)
        # Nobody has to wait for replies: by now another refresh may have the warehouse.
        if answers.are_ordered:
            this.clock("answer", lambda: answers.write(this.clock))
        remember_told(this.warehouse.folder, this.journal.last_receipt)
        if copies_to:
            this.clock("copy", lambda: copy_release(settings, zone, this.notes))
        return RunResult(
            this.run_id,
            this.published,
            files,
            this.clock.seconds,
            this.notes,
            this.moves,
            this.doubts,
            this.rejudged,
        )


def has_news(settings: Settings, zone: Zone) -> bool:
    """Whether a refresh has anything to take in, to judge or to publish; also where that can't be told.

    Raises SettingsError where the drop folder can't be read.
    """
    warehouse = Warehouse(settings.warehouse, settings.database_memory_mib)
    if not warehouse.working_database.exists():
        return True
    try:
        with warehouse.locked():
            this = _Standing(settings, zone, warehouse, Journal(warehouse.journal))
            with contextlib.closing(warehouse.open()) as con:
                return not this.is_published(con) or has_arrivals(con, settings)
    except SettingsError as error:
        if not passes(error):
            raise
        return True
    except (duckdb.Error, GuobanError, OSError):
        # The refresh itself mends it, or says what is wrong.
        return True


def _heals(error: Exception) -> bool:
    """Whether what failed may be over in a moment; another refresh at work is told of at once."""
    if isinstance(error, BusyError):
        # A check has the working database while it copies it.
        return isinstance(error.__cause__, duckdb.Error)
    return passes(error)


def _published(this: _Run) -> list[FileResult]:
    """Everything that has to be done under the warehouse's lock."""
    with this.warehouse.locked():
        this.begin()
        try:
            files = this.files()
        except (duckdb.Error, GuobanError) as error:
            if not is_damage(error):
                raise
            this.give_up_database(error)
            files = this.files_after_all()
        this.warehouse.forget_fault()
        return files


@dataclass(frozen=True)
class _Standing:
    """What is published, against what was received and decided."""

    settings: Settings
    zone: Zone
    warehouse: Warehouse
    journal: Journal

    def is_published(self, con: duckdb.DuckDBPyConnection) -> bool:
        """Whether all that was received and decided is published, as it would be judged now."""
        last = self.journal.last_publication()
        return (
            last is not None
            and recall(con, _PUBLISHED) == self.mark()
            and is_current(self.warehouse.folder, last.run_id)
        )

    def mark(self) -> str:
        """What the figures rest on: the journal, and what judges."""
        trier = tried_by(self.settings.read_seconds, self.settings.read_memory_mib)
        return f"{judge_of(self.zone)} {trier} {self.journal.mark()}"


@dataclass
class _Run:
    """One refresh, however often the working database has to be made anew in it."""

    settings: Settings
    zone: Zone
    warehouse: Warehouse
    answers: Answers
    clock: Clock
    now: dt.datetime
    run_id: str
    notes: Notes = field(default_factory=Notes)
    intake: Intake | None = None
    patience: Patience = field(default_factory=Patience)
    moves: list[Move] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    rejudged: list[StatusChange] = field(default_factory=list)
    _made: str | None = None
    _untold: list[int] | None = None

    def begin(self) -> None:
        """Looks after what may have happened to the warehouse folder since the last run."""
        self.warehouse.prepare(self.settings.readers_gid)
        self.journal = Journal(self.warehouse.journal)
        if not self.journal.entries and is_published(self.warehouse.folder):
            raise _without_journal(self.warehouse)
        self.archive = Archive(self.warehouse.archive)
        self._before = self.journal.until_last_publication()
        assert_departments(newest(self.warehouse.folder), self.journal.folder, self.zone)
        remember_zone(self.journal.folder, self.zone, self.notes)
        self.archive.sweep()
        self.warehouse.sweep(self.now)
        self.warehouse.at_hand.begin()
        last = self.journal.last_publication()
        mend_current(self.warehouse.folder, last.run_id if last else None, self.now, self.notes)
        self._say_older()

    def _say_older(self) -> None:
        """Says so where the journal knows nothing of what is published: it is older, from a backup."""
        published, last = newest(self.warehouse.folder), self.journal.last_publication()
        if published is None or self.journal.has_published(published.parent.name):
            return
        run_id, folder = published.parent.name, published.parent
        ends = last.run_id if last else "—"
        self.notes.say(
            f"the release {run_id} is published and the journal knows nothing of it: it ends with "
            f"{ends}, as a backup from before does. Figures go on from the journal; files that are in the "
            "drop folder still are taken in again, what was decided since has to be decided again. "
            f"{folder} stays to be compared with",
            f"当前发布的{run_id}在台账中没有记录：台账止于{ends}，应是从更早的备份恢复的。数字以台账为准继续；"
            f"投放文件夹中现有的文件重新收取，此后作出的处理需要重新办理。{folder}暂时保留，可供比对",
        )

    @property
    def published(self) -> str | None:
        """The release that this run published, whatever happened to it afterwards."""
        return self._made or (self.run_id if self.journal.has_published(self.run_id) else None)

    def files(self) -> list[FileResult]:
        """Takes in, judges, publishes and answers; what is told of each file."""
        with contextlib.closing(self.warehouse.open()) as con:
            remember_answered(con, self._before)
            # What is taken in is on record, and taken in once only.
            if self._untold is None:
                self._untold = untold(self.warehouse.folder, self.journal)
            self.intake = intake = self.intake or self.clock("receive", lambda: self._receive(con))
            remember_seen(con, intake.seen)
            keep_copy(self.warehouse.folder, intake.seen)
            standing = _Standing(self.settings, self.zone, self.warehouse, self.journal)
            if not standing.is_published(con):
                self._publish(con, intake)
                remember_departments(con, self.journal.folder, self.zone)
                months = con.execute("select report_month from core.months").fetchall()
                say_estimated(self.zone, (month for (month,) in months), self.notes)
                remember(con, _PUBLISHED, standing.mark())
            last = self.journal.last_receipt
            came: list[Receipt | Unchanged] = [*intake.receipts, *intake.unchanged]
            again = [one.path for one in came if _is_news(one)]
            self.clock(
                "answer",
                lambda: self.answers.order(
                    con, self.zone, self.archive, last, again, standing.mark()
                ),
            )
            told = results.of_intake(con, intake, self._untold)
            self.doubts = doubts_of(con)
        return told

    def files_after_all(self) -> list[FileResult]:
        """The same with a working database that was just made anew."""
        try:
            return self.files()
        except (duckdb.Error, GuobanError) as error:
            if not is_damage(error):
                raise
            if is_fault(error):
                self.warehouse.remember_fault(code_fingerprint())
                raise fault_of(error) from error
            raise WarehouseError(
                f"the working database fails though it was made anew: {error}",
                f"工作数据库重新生成后仍出错：{error}",
            ) from error

    def _receive(self, con: duckdb.DuckDBPyConnection) -> Intake:
        return receive(
            con,
            self.settings,
            self.journal,
            self.archive,
            run_id=self.run_id,
            now=self.now,
            owner_named=lambda path: _owner_named(path, self.zone),
            of_others=of_other_zones(self.warehouse.folder, self.zone),
            clock=self.clock,
            patience=self.patience,
        )

    def _publish(self, con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
        # Other code reads all files again.
        is_anew = not (recall(con, _PUBLISHED) or "").startswith(f"{code_fingerprint()} ")
        with Readers(limits_of(self.settings)) as readers:
            readers.start(len(self.journal.receipts if is_anew else intake.receipts))
            # Importing what judges takes half a second; a refresh of nothing new does without.
            with no_collections():
                from flows.judging import publish_news  # noqa: PLC0415

            def judged() -> None:
                readers.end()
                self.answers.expect(con)

            has_again = any(one.is_again for one in intake.unchanged)
            note_again = partial(note_turned_up, con, self.journal, intake.unchanged, self.now)
            made = publish_news(
                con,
                self.warehouse,
                self.settings,
                self.zone,
                self.journal,
                self.archive,
                readers,
                self.run_id,
                self.clock,
                judged,
                note_again if has_again else None,
            )
        self._made = self._made or made
        if made == self.run_id:
            self.moves = moves.of_newest(con)
            self.rejudged = rejudged.of_publication(con, len(self.journal.publications))

    def give_up_database(self, error: Exception) -> None:
        """Takes the working database away, so that it is made anew; a damaged one is kept apart.

        Raises FaultError where one made anew by the same code has failed in a statement, too.
        """
        if is_fault(error):
            if self.warehouse.has_fault(code_fingerprint()):
                raise fault_of(error) from error
            self.warehouse.throw_away()
            why = in_a_line(error)
            self.notes.say(
                "a statement failed over the working database, which may be another version's; it was "
                f"made anew from archive and journal ({why.english})",
                f"工作数据库可能由其他版本生成，执行语句时出错，已由存档和台账重新生成（{why.chinese}）",
            )
            return
        kept = self.warehouse.set_aside(self.now)
        self.notes.say(
            f"the working database was damaged; it is kept as {kept} and was made anew from archive "
            f"and journal ({error})",
            f"工作数据库损坏，已另存为{kept}，并由存档和台账重新生成（{error}）",
        )


def _is_news(one: Receipt | Unchanged) -> bool:
    """Whether the file was put there since the last look."""
    return isinstance(one, Receipt) or one.is_again


def _without_journal(warehouse: Warehouse) -> WarehouseError:
    """What was withdrawn, decided, locked and filed is in no other place: nothing is begun anew."""
    return WarehouseError(
        f"{warehouse.journal} has no journal though figures were published from it; restore the folder "
        f"from a backup, or move {warehouse.folder} away to begin anew with what lies in the drop folder",
        f"{warehouse.journal}中没有台账，而此前已据此发布数字；请从备份恢复该文件夹，"
        f"或将{warehouse.folder}移开，只按投放文件夹中现有的文件重新开始",
    )


def _owner_named(path: str, zone: Zone) -> Owner:
    """What the names in a path tell; asked only where bytes turn up again at another place."""
    # Importing what recognises takes long; a refresh of nothing new does without.
    from flows.recognise.names import owner_named  # noqa: PLC0415

    return owner_named(path, zone)
