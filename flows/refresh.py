"""The refresh as a Prefect flow: each stage a task run with its log lines, an artifact of what came of it.

The one module that imports Prefect, so that nobody else pays for it. A command sets Prefect up
(`flows.recorded`) and calls `run`; a deployment has the flow run by a process of Prefect's own
(`flows/refresh.py:refresh`) and needs nothing around it.

What Prefect keeps is a record of the run. Where that fails, the run goes on without it and says so;
every stage is run once, whatever becomes of its record. No result and no exception is stored: what
fails is a state in words.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import partial
from typing import Any, cast

from prefect import flow, get_client, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import FlowRunContext, refresh_global_settings_context
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogHandler, APILogWorker
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW,
    temporary_settings,
)
from prefect.states import Completed, Failed

from flows.answer.results import RunResult
from flows.answer.summary import headline_of, months_of, summary
from flows.embedded import EmbeddedServer, NotAnsweringError
from flows.ground.errors import GuobanError
from flows.ground.notes import in_a_line
from flows.ground.settings import settings_of
from flows.ground.zone import load_zone
from flows.once import Once, Refresh

LOG = logging.getLogger("guoban")
# Keys of artifacts are ASCII; each run adds a version of this one.
ARTIFACT = "guoban-refresh"
NOTHING_NEW = "nothing new"
_NO_STAGE = "between the stages"
# The refresh that the command of this process asks for.
_ASKED: ContextVar[Refresh | None] = ContextVar("asked", default=None)
# How often the embedded server is asked again, each time after twice as long: it is near.
_EMBEDDED_RETRIES = 2
# For so long the end of a run waits for Prefect's record of it.
_SEND_SECONDS = 10


@flow(name="refresh", persist_result=False, validate_parameters=False)
def refresh(
    raw: str | None = None, warehouse: str | None = None, zone: str | None = None
) -> State[None]:
    """Reads what is new below the drop folder, judges it, and publishes the figures.

    Args:
        raw: the drop folder.
        warehouse: the folder that guoban writes to.
        zone: the zone's own file. Each by default as the settings (`GUOBAN_*`) have it.
    """
    this = None
    with _logged():
        try:
            this = asked(raw, warehouse, zone)
            _record(this, _named)
            result = this.by(partial(_as_task, this))
        except Exception as error:
            words = f"{(this and this.stage) or _NO_STAGE}: {in_a_line(error).english}"
            foreseen = isinstance(error, GuobanError)
            get_run_logger().error("%s", words, exc_info=None if foreseen else error)
            return Failed(message=words)
        _record(this, partial(_described, result=result))
    return Completed(message=f"published {result.published}" if result.published else NOTHING_NEW)


def run(this: Refresh, server: EmbeddedServer | None) -> RunResult:
    """Does the refresh as a run of the flow and returns what it did, its record whole or not.

    The record is kept by the server that is configured, else by the one given. Raises what the
    refresh raises, whose record is then that of a failed run; NotAnsweringError where the one that
    is configured doesn't answer, OrchestratorError where ours doesn't come up.
    """
    settings = this.settings
    places = {name: str(getattr(settings, name)) for name in ("raw", "warehouse", "zone")}
    with _served_by(server):
        recorded(this, lambda: refresh(**places, return_state=True))
    return this.directly()


def recorded(this: Refresh, ask: Callable[[], object]) -> None:
    """Has Prefect do what is asked, a flow that does this refresh or has it done."""
    try:
        with asking(this):
            ask()
    except Exception as error:
        if error is not this.error:
            this.goes_unrecorded(error)
    finally:
        if this.is_recorded:
            _send_all()


@contextlib.contextmanager
def asking(this: Refresh) -> Iterator[None]:
    """Has the flow that runs meanwhile do this refresh."""
    before = _ASKED.set(this)
    try:
        yield
    finally:
        _ASKED.reset(before)


def asked(raw: str | None, warehouse: str | None, zone: str | None) -> Refresh:
    """The refresh that this process was asked for, else what parameters of a run ask for."""
    return _ASKED.get() or _asked(raw, warehouse, zone)


def _asked(raw: str | None, warehouse: str | None, zone: str | None) -> Refresh:
    """What the parameters of a run ask for, the rest by the settings. Raises SettingsError."""
    given = {"raw": raw, "warehouse": warehouse, "zone": zone}
    settings = settings_of({name: value for name, value in given.items() if value})
    return Refresh(settings, load_zone(settings.zone))


def _record(this: Refresh, what: Callable[[Refresh, SyncPrefectClient, FlowRun], None]) -> None:
    """Has something put on record, as long as there is one."""
    context = FlowRunContext.get()
    if not (this.is_recorded and context and context.flow_run):
        return
    # A flow that is no coroutine has that kind of client.
    client = cast(SyncPrefectClient, context.client)
    try:
        what(this, client, context.flow_run)
    except Exception as error:
        this.goes_unrecorded(error)


def _named(this: Refresh, client: SyncPrefectClient, run: FlowRun) -> None:
    """The run has the name that its release will have."""
    client.update_flow_run(run.id, name=this.run_id)
    LOG.info("run %s is Prefect's flow run %s", this.run_id, run.id)


def _described(
    this: Refresh, client: SyncPrefectClient, run: FlowRun, *, result: RunResult
) -> None:
    """What came of it, where people look for runs: its name, tags, and a page."""
    months = [f"{month:%Y-%m}" for month in months_of(result)]
    name = this.run_id if result.published else f"nothing-new {this.run_id}"
    tags = dict.fromkeys([*run.tags, this.zone.zone.name, *months])
    client.update_flow_run(run.id, name=name, tags=[*tags])
    page = summary(result, headline_of(this.settings.warehouse), {"Prefect": f"{name}（{run.id}）"})
    client.create_artifact(
        ArtifactCreate(
            key=ARTIFACT,
            type="markdown",
            description=f"{this.zone.zone.name} {name}",
            data=page,
            flow_run_id=run.id,
        )
    )


def _as_task(this: Refresh, name: str, once: Once[object]) -> None:
    """One stage, one task run: its frames stay in this process, nothing is stored of them."""
    if not this.is_recorded:
        return

    @task(name=name, cache_policy=NO_CACHE, persist_result=False)
    def run_stage() -> State[None]:
        try:
            once()
        except Exception as error:
            # As an exception Prefect would store it, pickled.
            return Failed(message=in_a_line(error).english)
        return Completed()

    try:
        run_stage(return_state=True)
    except Exception as error:
        this.goes_unrecorded(error)


@contextlib.contextmanager
def _logged() -> Iterator[None]:
    """Lines of guoban's log are also those of the flow run, or of the task run at work."""
    handler = APILogHandler(logging.INFO)
    level = LOG.level
    if LOG.getEffectiveLevel() > logging.INFO:
        LOG.setLevel(logging.INFO)
    LOG.addHandler(handler)
    try:
        # A line from beside any run, as of a thread of ours, is no mistake.
        with temporary_settings({PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW: "ignore"}):
            yield
    finally:
        LOG.removeHandler(handler)
        LOG.setLevel(level)


# --- Prefect set up for a command ---------------------------------------------------------------


@contextlib.contextmanager
def _served_by(server: EmbeddedServer | None) -> Iterator[None]:
    """Has the server that is configured keep the record, else ours."""
    logging.getLogger("prefect").setLevel(logging.WARNING)
    # The heartbeat's thread costs a second at the end of every run; `guoban serve` watches over
    # its runs itself.
    chosen: dict[Any, Any] = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
    with contextlib.ExitStack() as started:
        configured = PREFECT_API_URL.value()
        if server is None or configured:
            # Prefect's own files (prefect.toml) can name a server too; then ours only goes again.
            _assert_answers(configured)
        else:
            # Threads of Prefect's know only what the whole process knows.
            os.environ["PREFECT_API_URL"] = server.wait()
            started.callback(refresh_global_settings_context)
            started.callback(os.environ.pop, "PREFECT_API_URL")
            refresh_global_settings_context()
            chosen[PREFECT_CLIENT_MAX_RETRIES] = _EMBEDDED_RETRIES
        started.enter_context(temporary_settings(chosen))
        yield


def _assert_answers(url: str | None) -> None:
    with get_client(sync_client=True) as client:
        failure = client.api_healthcheck()
    if failure is not None:
        raise NotAnsweringError(
            f"the Prefect server at {url} (PREFECT_API_URL) doesn't answer ({failure}); start it, "
            "or unset PREFECT_API_URL, or set GUOBAN_ORCHESTRATOR=none",
            f"Prefect服务器{url}（PREFECT_API_URL）没有响应（{failure}）；请启动该服务器，"
            "或取消PREFECT_API_URL，或设置GUOBAN_ORCHESTRATOR=none",
        ) from failure


def _send_all() -> None:
    """Waits for what Prefect sends of the run from its own threads."""
    for worker in (APILogWorker, EventsWorker):
        worker.drain_all(timeout=_SEND_SECONDS)
