"""A refresh on Prefect's record, for a command: Prefect is set up, a server is there, the flow is run.

Everything Prefect needs is set here before it is imported, by `flows.refresh` alone: its home inside
the warehouse folder, no telemetry, and a server of our own where none is configured.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flows import pipeline
from flows.early import EARLY, LEAST_ROOM, is_server_named, prepare
from flows.embedded import EmbeddedServer, NotAnsweringError
from flows.ground.collector import no_collections
from flows.ground.durable import OWN, admit, disk_full, free_bytes, plain_modes, room_on
from flows.ground.settings import BEIJING
from flows.once import Refresh
from flows.store.warehouse import Warehouse

if TYPE_CHECKING:
    from flows.answer.results import RunResult
    from flows.ground.clock import Teller
    from flows.ground.settings import Settings
    from flows.ground.zone import Zone


def is_for_the_record(settings: Settings, zone: Zone) -> bool:
    """Whether a refresh belongs on Prefect's record.

    Where nothing is new and nobody keeps a server, starting one would be all there is to do.
    """
    return is_server_named() or pipeline.has_news(settings, zone)


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
        if free_bytes(settings.warehouse) < LEAST_ROOM:
            # What fails in Prefect's own database would be told in its words.
            raise disk_full(settings.warehouse, warehouse.needed())
        this = Refresh(settings, zone, begin, tell)
        with contextlib.ExitStack() as started:
            server = None
            try:
                server = _server(prepare(settings.warehouse), this, started)
                with no_collections():
                    from flows import refresh  # noqa: PLC0415 - imports Prefect

                refresh.run(this, server)
            except NotAnsweringError:
                raise
            except Exception as error:
                if error is this.error:
                    raise
                this.goes_unrecorded(error)
            if server is not None:
                server.stays(settings.server_minutes) if this.is_recorded else server.fails()
            return this.directly()


def _server(home: Path, this: Refresh, started: contextlib.ExitStack) -> EmbeddedServer | None:
    """The server of this home where none is named; it starts while this process imports Prefect."""
    admit(home, OWN)
    if os.environ.get("PREFECT_API_URL"):
        return None
    if server := EARLY.take(home):
        server.tells(this.notes)
        started.push(server)
        return server
    return started.enter_context(EmbeddedServer(home, dt.datetime.now(BEIJING), this.notes))
