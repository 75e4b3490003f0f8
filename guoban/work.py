"""A run of `guoban serve`: what its child does, `python -m guoban.work`.

It gets ready, and begins when a line on stdin has the rest of its arguments, a JSON list. Prints what
came of it in a line of JSON for serve; the last line on stderr says what stopped it. Exit
status 0 done, 1 failed, 75 another refresh is at work.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any
from uuid import UUID

from flows import notify, pipeline, recorded
from flows.answer.results import RunResult
from flows.early import prepare
from flows.ground.durable import plain_modes
from flows.ground.errors import BusyError
from flows.ground.settings import BEIJING, Settings, settings_of
from flows.ground.zone import Zone, load_zone
from flows.once import Refresh
from flows.receive.inbox import NEXT_TIME
from flows.serve.schedule import Job
from flows.serve.serving import BUSY
from flows.serve.tell import tell
from flows.store.warehouse import Warehouse
from guoban.cli import error_words
from guoban.progress import StageDisplay, log_outcome, logged_to


def main() -> int:
    """Does one run; returns its exit status."""
    given = _arguments(sys.argv[1:])
    try:
        settings = settings_of({name: value for name in _SETTINGS if (value := given[name])})
        _get_ready(settings)
        if not (told_to := sys.stdin.readline()):
            return 0  # no more wanted
        given = _arguments([*sys.argv[1:], *json.loads(told_to)])
        zone = load_zone(settings.zone)
        logs = Warehouse(settings.warehouse).logs
        with plain_modes(), logged_to(logs), StageDisplay() as display:
            result = _done(settings, zone, given["run"], given["job"], display)
            log_outcome(result)
    except BusyError as error:
        print(error_words(error), file=sys.stderr)
        return BUSY
    except Exception as error:
        print(error_words(error), file=sys.stderr)
        return 1
    is_left = any((one.note or "").endswith(NEXT_TIME) for one in result.files)
    published = {"published": result.published, "counts": result.counts}
    print(json.dumps({**published, "is_left": is_left}))
    return 0


def _done(
    settings: Settings, zone: Zone, run: UUID | None, jobs: list[Job], display: StageDisplay
) -> RunResult:
    """The refresh, and what is told of it and of the day. Raises what the refresh raises."""
    work: Callable[[], RunResult]
    if run is not None:
        from flows.serve.deployed import run_due  # noqa: PLC0415 - imports Prefect

        this = Refresh(settings, zone, display.stage, display.progress)
        run_due(this, run, jobs)
        if this.is_done:
            return this.directly()
        # Prefect failed before it began: nothing of it is told either.
        work = this.directly
    elif settings.by_prefect and pipeline.has_news(settings, zone):
        work = partial(recorded.run, settings, zone, display.stage, display.progress)
    else:
        work = partial(pipeline.refresh, settings, zone, display.runner, display.progress)
    try:
        result = work()
    except Exception as error:
        notify.after_failure(settings, zone, error)
        raise
    notify.after_refresh(settings, zone, result)
    tell(settings, zone, jobs, dt.datetime.now(BEIJING).date())
    return result


_SETTINGS = ("raw", "warehouse", "zone", "orchestrator")


def _get_ready(settings: Settings) -> None:
    """Imports what a run needs."""
    import_module("flows.judging")
    if settings.by_prefect:
        prepare(settings.warehouse)
        import_module("flows.serve.deployed")


def _arguments(given: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="guoban.work", description=__doc__)
    for name in _SETTINGS:
        parser.add_argument(f"--{name}")
    parser.add_argument("--run", type=UUID, help="the run on Prefect's server that this is")
    parser.add_argument("--job", type=Job, action="append", default=[])
    return vars(parser.parse_args(given))


if __name__ == "__main__":
    status = main()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # Nothing of Prefect's is waited for: all that is to be sent has been.
    os._exit(status)
