"""The Prefect flow: the same stages as everywhere, each a task with its record and logs.

Everything Prefect needs is set here before it is imported: its home inside the warehouse folder,
no telemetry, and the embedded API where no server is configured. No other module imports it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from flows.ground.durable import MIB, OWN, admit, disk_full, free_bytes, plain_modes, room_on
from flows.ground.errors import OrchestratorError
from flows.store.warehouse import Warehouse

if TYPE_CHECKING:
    from flows.answer.results import RunResult
    from flows.ground.clock import Teller
    from flows.ground.settings import Settings
    from flows.ground.zone import Zone

T = TypeVar("T")
# Prefect keeps a database of its runs.
_LEAST_ROOM = 16 * MIB


def prepare(settings: Settings) -> None:
    """Points Prefect at the warehouse folder, offline. Must run before Prefect is imported."""
    home = settings.warehouse.resolve() / "prefect"
    admit(home, OWN)
    os.environ["PREFECT_HOME"] = str(home)
    quiet = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "guoban",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        # A failure is told once, by the command, in words; Prefect's own record has the traceback.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_CLI_WIZARD": "false",
    }
    for name, value in quiet.items():
        os.environ.setdefault(name, value)


def run(settings: Settings, zone: Zone, begin: Callable[[str], None], tell: Teller) -> RunResult:
    """Runs one refresh as a Prefect flow and returns what it did.

    `begin` hears of each stage, and `tell` how far it has come.

    Raises what the refresh raises; the flow run is then recorded as failed. Raises OrchestratorError
    where a server is configured (PREFECT_API_URL) and doesn't answer: nothing is then begun.
    """
    warehouse = Warehouse(settings.warehouse)
    with plain_modes(), room_on(settings.warehouse, warehouse.needed):
        if free_bytes(settings.warehouse) < _LEAST_ROOM:
            # What fails in Prefect's own database would be told in its words.
            raise disk_full(settings.warehouse, warehouse.needed())
        return _run(settings, zone, begin, tell)


def _run(settings: Settings, zone: Zone, begin: Callable[[str], None], tell: Teller) -> RunResult:
    prepare(settings)

    from prefect import flow, task  # noqa: PLC0415 - after its environment is set
    from prefect.cache_policies import NO_CACHE  # noqa: PLC0415
    from prefect.settings import (  # noqa: PLC0415
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    from flows.pipeline import refresh  # noqa: PLC0415

    logging.getLogger("prefect").setLevel(logging.WARNING)
    _assert_server_answers()

    def as_task(name: str, stage: Callable[[], T]) -> T:
        """One stage, one task run: its frames stay in this process, nothing is stored of them."""
        begin(name)
        made = task(name=name, cache_policy=NO_CACHE, persist_result=False)(stage)
        return made()

    @flow(name="refresh", log_prints=False, persist_result=False, validate_parameters=False)
    def refresh_flow() -> RunResult:
        """Reads what is new below the drop folder, judges it, and publishes the figures."""
        return refresh(settings, zone, as_task, tell)

    # The heartbeat's thread costs a second at the end of every run; `guoban serve` watches over
    # its runs itself.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return refresh_flow()


def _assert_server_answers() -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415

    if not (url := PREFECT_API_URL.value()):
        return
    with get_client(sync_client=True) as client:
        failure = client.api_healthcheck()
    if failure is not None:
        raise OrchestratorError(
            f"the Prefect server at {url} (PREFECT_API_URL) doesn't answer ({failure}); start it, "
            "or unset PREFECT_API_URL, or set GUOBAN_ORCHESTRATOR=none",
            f"Prefect服务器{url}（PREFECT_API_URL）没有响应（{failure}）；请启动该服务器，"
            "或取消PREFECT_API_URL，或设置GUOBAN_ORCHESTRATOR=none",
        ) from failure
