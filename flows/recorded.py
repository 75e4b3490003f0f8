"""A refresh on Prefect's record, for a command: Prefect is set up, a server is there, the flow is run.

Everything Prefect needs is set here before it is imported, by `flows.refresh` alone: its home inside
the warehouse folder, no telemetry, and a server of our own where none is configured.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flows import pipeline
from flows.embedded import EmbeddedServer, NotAnsweringError
from flows.ground.durable import MIB, OWN, admit, disk_full, free_bytes, plain_modes, room_on
from flows.ground.settings import BEIJING
from flows.once import Refresh
from flows.store.warehouse import Warehouse

if TYPE_CHECKING:
    from flows.answer.results import RunResult
    from flows.ground.clock import Teller
    from flows.ground.settings import Settings
    from flows.ground.zone import Zone

# Prefect keeps a database of its runs.
_LEAST_ROOM = 16 * MIB


def prepare(settings: Settings) -> Path:
    """Points Prefect at its home in the warehouse folder, offline; gives that home.

    Must run before Prefect is imported.
    """
    home = settings.warehouse.resolve() / "prefect"
    os.environ["PREFECT_HOME"] = str(home)
    quiet = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
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
        this = Refresh(settings, zone, begin, tell)
        with contextlib.ExitStack() as started:
            try:
                server = _server(prepare(settings), this, started)
                from flows import refresh  # noqa: PLC0415 - imports Prefect

                return refresh.run(this, server)
            except NotAnsweringError:
                raise
            except Exception as error:
                if error is this.error:
                    raise
                this.goes_unrecorded(error)
            return this.directly()


def _server(home: Path, this: Refresh, started: contextlib.ExitStack) -> EmbeddedServer | None:
    """A server of our own where none is named; it starts while this process imports Prefect."""
    admit(home, OWN)
    if os.environ.get("PREFECT_API_URL"):
        return None
    return started.enter_context(EmbeddedServer(home, dt.datetime.now(BEIJING), this.notes))
