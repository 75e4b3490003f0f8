"""The Prefect flow: the same stages as everywhere, each a task with its record and logs.

Everything Prefect needs is set here before it is imported: its home inside the warehouse folder,
no telemetry, and the embedded API where no server is configured. No other module imports it.

What Prefect keeps is a record of the run. Where it fails, the run goes on without one and says so;
every stage is run once, whatever becomes of its record.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flows import pipeline
from flows.embedded import EmbeddedServer
from flows.ground.durable import MIB, OWN, admit, disk_full, free_bytes, plain_modes, room_on
from flows.ground.errors import OrchestratorError
from flows.ground.notes import Notes
from flows.ground.settings import BEIJING
from flows.store.warehouse import Warehouse

if TYPE_CHECKING:
    from flows.answer.results import RunResult
    from flows.ground.clock import Teller
    from flows.ground.settings import Settings
    from flows.ground.zone import Zone

T = TypeVar("T")
# Prefect keeps a database of its runs.
_LEAST_ROOM = 16 * MIB
# How often the embedded server is asked again, each time after twice as long: it is near.
_EMBEDDED_RETRIES = 2
# For so long the end of a run waits for Prefect's record of it.
_SEND_SECONDS = 10


def prepare(settings: Settings) -> Path:
    """Points Prefect at its home in the warehouse folder, offline; gives that home.

    Must run before Prefect is imported.
    """
    home = settings.warehouse.resolve() / "prefect"
    os.environ["PREFECT_HOME"] = str(home)
    quiet = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "guoban",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        # A failure is told once, by the command, in words; Prefect's own record has the traceback.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_HANDLERS_DEBUG_LEVEL": "CRITICAL",
        "PREFECT_CLI_WIZARD": "false",
    }
    for name, value in quiet.items():
        os.environ.setdefault(name, value)
    # A line of the log that Prefect's server doesn't take is in the file all the same.
    logging.raiseExceptions = False
    return home


def is_for_the_record(settings: Settings, zone: Zone) -> bool:
    """Whether a refresh belongs on Prefect's record.

    Where nothing is new and nobody keeps a server, starting one would be all there is to do.
    """
    return _is_server_named() or pipeline.has_news(settings, zone)


def _is_server_named() -> bool:
    """Whether the environment may name a server; the other way, Prefect's file, is Prefect's to read."""
    return bool(os.environ.get("PREFECT_API_URL")) or Path("prefect.toml").exists()


def run(settings: Settings, zone: Zone, begin: Callable[[str], None], tell: Teller) -> RunResult:
    """Runs one refresh as a Prefect flow and returns what it did.

    `begin` hears of each stage, and `tell` how far it has come.

    Raises what the refresh raises; the flow run is then recorded as failed. Raises OrchestratorError
    where a server is configured (PREFECT_API_URL) and doesn't answer: nothing is then begun. Where
    the embedded server can't be had, or any server fails later, the stages run without it.
    """
    warehouse = Warehouse(settings.warehouse)
    with plain_modes(), room_on(settings.warehouse, warehouse.needed):
        with warehouse.locked():
            pass  # Another refresh at work is told of before Prefect is started, not after.
        if free_bytes(settings.warehouse) < _LEAST_ROOM:
            # What fails in Prefect's own database would be told in its words.
            raise disk_full(settings.warehouse, warehouse.needed())
        notes = Notes()
        with _recorded(prepare(settings), notes) as record:
            result = record.flow(lambda: _refresh(settings, zone, begin, tell, record))
        return dataclasses.replace(result, notes=[*notes, *result.notes])


def _refresh(
    settings: Settings, zone: Zone, begin: Callable[[str], None], tell: Teller, record: _Record
) -> RunResult:
    def as_task(name: str, stage: Callable[[], T]) -> T:
        begin(name)
        return record.task(name, stage)

    return pipeline.refresh(settings, zone, as_task, tell)


class _Once(Generic[T]):
    """Work that is done once, however often it is asked for."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._made: list[T] = []
        self.error: BaseException | None = None

    def __call__(self) -> T:
        if self.error is not None:
            raise self.error
        if not self._made:
            try:
                self._made.append(self._work())
            except BaseException as error:
                self.error = error
                raise
        return self._made[0]


class _Record:
    """Prefect's record of a run, or none: what is recorded is done either way.

    `is_kept` says whether there is one; it ends at Prefect's first failure.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self.is_kept = False

    def flow(self, work: Callable[[], T]) -> T:
        """The whole, as a flow run."""

        def recorded(once: _Once[T]) -> T:
            from prefect import flow  # noqa: PLC0415 - after its environment is set

            @flow(name="refresh", log_prints=False, persist_result=False, validate_parameters=False)
            def refresh_flow() -> T:
                """Reads what is new below the drop folder, judges it, and publishes the figures."""
                return once()

            return refresh_flow()

        return self._done(work, recorded)

    def task(self, name: str, stage: Callable[[], T]) -> T:
        """One stage, one task run: its frames stay in this process, nothing is stored of them."""

        def recorded(once: _Once[T]) -> T:
            from prefect import task  # noqa: PLC0415
            from prefect.cache_policies import NO_CACHE  # noqa: PLC0415

            @task(name=name, cache_policy=NO_CACHE, persist_result=False)
            def run_stage() -> T:
                return once()

            return run_stage()

        return self._done(stage, recorded)

    def _done(self, work: Callable[[], T], recorded: Callable[[_Once[T]], T]) -> T:
        once = _Once(work)
        if self.is_kept:
            try:
                return recorded(once)
            except Exception as error:
                if once.error is not None:
                    raise once.error from once.error.__cause__
                if self.is_kept:
                    # The flow's record fails as well, once that of a stage has.
                    self.fails(error)
        return once()

    def fails(self, error: Exception) -> None:
        """Goes on without the record, and says so: what counts is published all the same."""
        self.is_kept = False
        why = next(iter(str(error).splitlines()), "")
        if not isinstance(error, OrchestratorError):
            why = f"{type(error).__name__}: {why}"
        self._notes.say(
            f"Prefect has no full record of this run, which went on without it ({why})",
            f"Prefect没有本次运行的完整记录，刷新照常进行（{why}）",
        )


@contextlib.contextmanager
def _recorded(home: Path, notes: Notes) -> Iterator[_Record]:
    """Has the record kept by the server that is configured, else by one started for it."""
    record = _Record(notes)
    with contextlib.ExitStack() as started:
        try:
            _start(home, notes, started)
            record.is_kept = True
        except _NotAnsweringError:
            raise
        except Exception as error:
            record.fails(error)
        try:
            yield record
        finally:
            if record.is_kept:
                _send_all()


class _NotAnsweringError(OrchestratorError):
    """The server that is configured doesn't answer."""


def _start(home: Path, notes: Notes, started: contextlib.ExitStack) -> None:
    """Sets Prefect up with a server that answers; `started` ends what has to be ended."""
    admit(home, OWN)
    server = None
    if not os.environ.get("PREFECT_API_URL"):
        # It starts while this process imports Prefect.
        server = started.enter_context(EmbeddedServer(home, dt.datetime.now(BEIJING), notes))

    from prefect.context import refresh_global_settings_context  # noqa: PLC0415
    from prefect.settings import (  # noqa: PLC0415 - after its environment is set
        PREFECT_API_URL,
        PREFECT_CLIENT_MAX_RETRIES,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    logging.getLogger("prefect").setLevel(logging.WARNING)
    # The heartbeat's thread costs a second at the end of every run; `guoban serve` watches over
    # its runs itself.
    chosen: dict[Any, Any] = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
    if server is None or PREFECT_API_URL.value():
        # Prefect's own files (prefect.toml) can name a server too; then ours only goes again.
        _assert_server_answers(PREFECT_API_URL.value())
    else:
        # Threads of Prefect's know only what the whole process knows.
        os.environ["PREFECT_API_URL"] = server.wait()
        started.callback(refresh_global_settings_context)
        started.callback(os.environ.pop, "PREFECT_API_URL")
        refresh_global_settings_context()
        chosen[PREFECT_CLIENT_MAX_RETRIES] = _EMBEDDED_RETRIES
    started.enter_context(temporary_settings(chosen))


def _assert_server_answers(url: str | None) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        failure = client.api_healthcheck()
    if failure is not None:
        raise _NotAnsweringError(
            f"the Prefect server at {url} (PREFECT_API_URL) doesn't answer ({failure}); start it, "
            "or unset PREFECT_API_URL, or set GUOBAN_ORCHESTRATOR=none",
            f"Prefect服务器{url}（PREFECT_API_URL）没有响应（{failure}）；请启动该服务器，"
            "或取消PREFECT_API_URL，或设置GUOBAN_ORCHESTRATOR=none",
        ) from failure


def _send_all() -> None:
    """Waits for what Prefect sends of the run from its own threads."""
    from prefect.events.worker import EventsWorker  # noqa: PLC0415
    from prefect.logging.handlers import APILogWorker  # noqa: PLC0415

    for worker in (APILogWorker, EventsWorker):
        worker.drain_all(timeout=_SEND_SECONDS)
